#ifndef CHIREDIS_H
#define CHIREDIS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A flat view of Redis replies.
 *
 * libhiredis parses; its callbacks write tokens to a tape instead of building a
 * tree. A reply is a run of tokens in reading order: an array token is followed
 * by the tokens of its elements. Text lies in one byte arena. Both are reused
 * for the next reply, so no element costs an allocation.
 *
 * One tape serves one connection and is used by one thread at a time.
 */

/// What one token stands for.
typedef enum {
    REDIS_TAPE_BULK = 0,
    REDIS_TAPE_STATUS = 1,
    REDIS_TAPE_ERROR = 2,
    REDIS_TAPE_INTEGER = 3,
    REDIS_TAPE_NULL = 4,
    REDIS_TAPE_ARRAY = 5,
} redis_tape_kind;

/// One token. `number` is the integer, the byte count, or the element count.
typedef struct {
    int32_t kind;
    int64_t number;
    /// Where the text starts in the arena; 0 for tokens without text.
    size_t offset;
} redis_tape_token;

/// What reading can end with.
typedef enum {
    REDIS_TAPE_NEEDS_MORE = 0,
    REDIS_TAPE_REPLY = 1,
    /// Bytes that are not RESP2. The tape is of no further use.
    REDIS_TAPE_MALFORMED = -1,
    /// A reply over the bounds given to redis_tape_create. No further use.
    REDIS_TAPE_TOO_LARGE = -2,
    /// Arrays nested deeper than the limit. No further use.
    REDIS_TAPE_TOO_DEEP = -3,
    REDIS_TAPE_NO_MEMORY = -4,
} redis_tape_result;

typedef struct redis_tape redis_tape;

/// Makes a tape whose replies are bounded in bytes and nesting; NULL when out of memory.
redis_tape *redis_tape_create(size_t maximum_reply_bytes, int maximum_depth);
void redis_tape_free(redis_tape *tape);

/// Copies bytes in. Returns REDIS_TAPE_NEEDS_MORE, or one of the failures.
redis_tape_result redis_tape_feed(redis_tape *tape, const void *bytes, size_t count);

/// Reads the next whole reply. Its tokens are valid until the next call.
redis_tape_result redis_tape_next(redis_tape *tape);

size_t redis_tape_token_count(const redis_tape *tape);
const redis_tape_token *redis_tape_tokens(const redis_tape *tape);
const uint8_t *redis_tape_bytes(const redis_tape *tape);

#endif
