#include "CHiredis.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

/* hiredis 1.0 counts array elements with size_t, 0.x with int. */
#if HIREDIS_MAJOR >= 1
typedef size_t element_count;
#else
typedef int element_count;
#endif

/* No element of an array is shorter on the wire than "+\r\n". */
enum { SHORTEST_ELEMENT = 3 };

/* A bulk stands between "$", up to 20 digits, and two line ends. */
enum { LONGEST_HEAD = 25 };

/* An idle arena or token list larger than this is given back. */
enum { KEPT_BYTES = 256 * 1024 };

struct redis_tape {
    redisReader *reader;
    size_t maximum_bytes;
    int maximum_depth;
    redis_tape_result failure;

    redis_tape_token *tokens;
    size_t token_count;
    size_t token_capacity;

    uint8_t *arena;
    size_t arena_used;
    size_t arena_capacity;

    /* The reply in the list above was handed out: the next token starts a new one. */
    bool handed_out;
};

/* hiredis only asks whether an object is NULL, so every object is this one. */
static char object;

static void *fail(redis_tape *tape, redis_tape_result failure) {
    tape->failure = failure;
    return NULL; /* hiredis takes NULL for "out of memory" and stops reading */
}

static void reset(redis_tape *tape) {
    tape->token_count = 0;
    tape->arena_used = 0;
    tape->handed_out = false;
    if (tape->arena_capacity > KEPT_BYTES) {
        free(tape->arena);
        tape->arena = NULL;
        tape->arena_capacity = 0;
    }
    if (tape->token_capacity * sizeof(redis_tape_token) > KEPT_BYTES) {
        free(tape->tokens);
        tape->tokens = NULL;
        tape->token_capacity = 0;
    }
}

static void *push(redis_tape *tape, redis_tape_kind kind, int64_t number, size_t offset) {
    /* Each array announces no more than the bound, but arrays inside arrays multiply. */
    if (tape->token_count > tape->maximum_bytes / SHORTEST_ELEMENT) return fail(tape, REDIS_TAPE_TOO_LARGE);
    if (tape->token_count == tape->token_capacity) {
        size_t capacity = tape->token_capacity ? tape->token_capacity * 2 : 16;
        redis_tape_token *tokens = realloc(tape->tokens, capacity * sizeof *tokens);
        if (tokens == NULL) return fail(tape, REDIS_TAPE_NO_MEMORY);
        tape->tokens = tokens;
        tape->token_capacity = capacity;
    }
    tape->tokens[tape->token_count++] = (redis_tape_token){kind, number, offset};
    return &object;
}

static void *create_string(const redisReadTask *task, char *text, size_t length) {
    redis_tape *tape = task->privdata;
    redis_tape_kind kind;
    switch (task->type) {
    case REDIS_REPLY_STRING: kind = REDIS_TAPE_BULK; break;
    case REDIS_REPLY_STATUS: kind = REDIS_TAPE_STATUS; break;
    case REDIS_REPLY_ERROR: kind = REDIS_TAPE_ERROR; break;
    default: return fail(tape, REDIS_TAPE_MALFORMED); /* RESP3 text types */
    }
    if (length > tape->maximum_bytes || tape->arena_used > tape->maximum_bytes - length) {
        return fail(tape, REDIS_TAPE_TOO_LARGE);
    }
    if (tape->arena_capacity - tape->arena_used < length) {
        size_t capacity = tape->arena_capacity ? tape->arena_capacity : 1024;
        while (capacity - tape->arena_used < length) capacity *= 2;
        uint8_t *arena = realloc(tape->arena, capacity);
        if (arena == NULL) return fail(tape, REDIS_TAPE_NO_MEMORY);
        tape->arena = arena;
        tape->arena_capacity = capacity;
    }
    size_t offset = tape->arena_used;
    if (length > 0) memcpy(tape->arena + offset, text, length);
    tape->arena_used += length;
    return push(tape, kind, (int64_t)length, offset);
}

static void *create_array(const redisReadTask *task, element_count elements) {
    redis_tape *tape = task->privdata;
    if (task->type != REDIS_REPLY_ARRAY) return fail(tape, REDIS_TAPE_MALFORMED); /* RESP3 maps, sets, pushes */
    if ((size_t)elements > tape->maximum_bytes / SHORTEST_ELEMENT) return fail(tape, REDIS_TAPE_TOO_LARGE);
    int depth = 1;
    for (const redisReadTask *parent = task->parent; parent != NULL; parent = parent->parent) depth++;
    if (depth > tape->maximum_depth) return fail(tape, REDIS_TAPE_TOO_DEEP);
    return push(tape, REDIS_TAPE_ARRAY, (int64_t)elements, 0);
}

static void *create_integer(const redisReadTask *task, long long value) {
    return push(task->privdata, REDIS_TAPE_INTEGER, value, 0);
}

static void *create_null(const redisReadTask *task) {
    /* RESP2's null is a string or an array without a length; RESP3 has a type for it, and null maps and sets. */
    bool is_resp2 = task->type == REDIS_REPLY_STRING || task->type == REDIS_REPLY_ARRAY;
    if (!is_resp2) return fail(task->privdata, REDIS_TAPE_MALFORMED);
    return push(task->privdata, REDIS_TAPE_NULL, 0, 0);
}

/* Called for a half-built root as well; the tape owns everything, so there is nothing to free. */
static void free_object(void *root) { (void)root; }

#if HIREDIS_MAJOR >= 1
static void *create_double(const redisReadTask *task, double value, char *text, size_t length) {
    (void)value, (void)text, (void)length;
    return fail(task->privdata, REDIS_TAPE_MALFORMED);
}

static void *create_boolean(const redisReadTask *task, int value) {
    (void)value;
    return fail(task->privdata, REDIS_TAPE_MALFORMED);
}
#endif

static redisReplyObjectFunctions functions = {
    .createString = create_string,
    .createArray = create_array,
    .createInteger = create_integer,
    .createNil = create_null,
    .freeObject = free_object,
#if HIREDIS_MAJOR >= 1
    .createDouble = create_double,
    .createBool = create_boolean,
#endif
};

redis_tape *redis_tape_create(size_t maximum_reply_bytes, int maximum_depth) {
    redis_tape *tape = calloc(1, sizeof *tape);
    if (tape == NULL) return NULL;
    tape->reader = redisReaderCreateWithFunctions(&functions);
    if (tape->reader == NULL) {
        free(tape);
        return NULL;
    }
    /* The default, 16 KiB, frees and regrows the buffer for every larger value. */
    tape->reader->maxbuf = KEPT_BYTES;
    /* Copied into each task as its reply starts, so it is set before the first byte. */
    tape->reader->privdata = tape;
    tape->maximum_bytes = maximum_reply_bytes;
    tape->maximum_depth = maximum_depth;
    return tape;
}

void redis_tape_free(redis_tape *tape) {
    if (tape == NULL) return;
    redisReaderFree(tape->reader);
    free(tape->tokens);
    free(tape->arena);
    free(tape);
}

redis_tape_result redis_tape_feed(redis_tape *tape, const void *bytes, size_t count) {
    if (tape->failure != REDIS_TAPE_NEEDS_MORE) return tape->failure;
    /* A huge announced bulk only buffers, without a callback: bound what is held here. New bytes do not count, as
     * they may be many small replies; those that were left after the last reply may be one alone. */
    size_t held = tape->reader->len - tape->reader->pos;
    if (held > tape->maximum_bytes + LONGEST_HEAD) {
        tape->failure = REDIS_TAPE_TOO_LARGE;
    } else if (redisReaderFeed(tape->reader, bytes, count) != REDIS_OK) {
        tape->failure = tape->reader->err == REDIS_ERR_OOM ? REDIS_TAPE_NO_MEMORY : REDIS_TAPE_MALFORMED;
    }
    return tape->failure;
}

redis_tape_result redis_tape_next(redis_tape *tape) {
    if (tape->failure != REDIS_TAPE_NEEDS_MORE) return tape->failure;
    /* A reply may arrive over several calls: forget tokens only once they were handed out. */
    if (tape->handed_out) reset(tape);
    void *root = NULL;
    if (redisReaderGetReply(tape->reader, &root) != REDIS_OK) {
        if (tape->failure == REDIS_TAPE_NEEDS_MORE) {
            /* 0.x checks nesting itself and only says so in words. */
            bool deep = strstr(tape->reader->errstr, "depth") != NULL || strstr(tape->reader->errstr, "nest") != NULL;
            tape->failure = deep ? REDIS_TAPE_TOO_DEEP : REDIS_TAPE_MALFORMED;
        }
        return tape->failure;
    }
    if (root == NULL) return REDIS_TAPE_NEEDS_MORE;
    tape->handed_out = true;
    return REDIS_TAPE_REPLY;
}

size_t redis_tape_token_count(const redis_tape *tape) { return tape->token_count; }
const redis_tape_token *redis_tape_tokens(const redis_tape *tape) { return tape->tokens; }
const uint8_t *redis_tape_bytes(const redis_tape *tape) { return tape->arena; }
