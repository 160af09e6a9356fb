/*
 * Holds the tape to its behaviour with the libhiredis it was compiled with: replies cut anywhere, what is refused,
 * and a seeded stream of damaged bytes. Built and run by Scripts/check-hiredis, under the address sanitizer.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CHiredis.h"

#include <hiredis/hiredis.h>

enum { LIMIT = 100000, DEPTH = 8, ROOM = 1 << 16 };

static int failures;

/* Writes a reply as text, such as [$a,:1,~], and answers the number of tokens it took. */
static size_t render(const redis_tape *tape, size_t position, char *text, size_t *length) {
    const redis_tape_token token = redis_tape_tokens(tape)[position];
    size_t used = 1;
    switch (token.kind) {
    case REDIS_TAPE_NULL: *length += (size_t)sprintf(text + *length, "~"); break;
    case REDIS_TAPE_INTEGER: *length += (size_t)sprintf(text + *length, ":%" PRId64, token.number); break;
    case REDIS_TAPE_ARRAY:
        *length += (size_t)sprintf(text + *length, "[");
        for (int64_t index = 0; index < token.number; index++) {
            if (index > 0) *length += (size_t)sprintf(text + *length, ",");
            used += render(tape, position + used, text, length);
        }
        *length += (size_t)sprintf(text + *length, "]");
        break;
    default:
        text[(*length)++] = "$+-"[token.kind];
        if (token.number > 0) memcpy(text + *length, redis_tape_bytes(tape) + token.offset, (size_t)token.number);
        *length += (size_t)token.number;
        text[*length] = 0;
    }
    return used;
}

/* Reads all replies there are into `text`, each behind a space. */
static redis_tape_result drain(redis_tape *tape, char *text, size_t *length) {
    redis_tape_result result;
    while ((result = redis_tape_next(tape)) == REDIS_TAPE_REPLY) {
        text[(*length)++] = ' ';
        if (render(tape, 0, text, length) != redis_tape_token_count(tape)) {
            fprintf(stderr, "tokens left over\n");
            failures++;
        }
    }
    return result;
}

static redis_tape_result feed(redis_tape *tape, const char *bytes, size_t count, char *text, size_t *length) {
    redis_tape_result result = redis_tape_feed(tape, bytes, count);
    return result == REDIS_TAPE_NEEDS_MORE ? drain(tape, text, length) : result;
}

static void expect(const char *bytes, redis_tape_result wanted, const char *wanted_text) {
    static char text[ROOM];
    size_t count = strlen(bytes);
    for (size_t cut = 0; cut <= count; cut++) {
        size_t length = 0;
        text[0] = 0;
        redis_tape *tape = redis_tape_create(LIMIT, DEPTH);
        redis_tape_result result = feed(tape, bytes, cut, text, &length);
        if (result == REDIS_TAPE_NEEDS_MORE) result = feed(tape, bytes + cut, count - cut, text, &length);
        text[length] = 0;
        if (result != wanted || strcmp(text, wanted_text) != 0) {
            fprintf(stderr, "%s cut at %zu: result %d instead of %d,%s instead of%s\n", bytes, cut, result, wanted,
                    text, wanted_text);
            failures++;
        }
        redis_tape_free(tape);
    }
}

static const char *const corpus[] = {
    "+OK\r\n", "-ERR no\r\n", ":-42\r\n", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n", "*0\r\n", "$7\r\na\r\nb\1\r\n\r\n",
    "*4\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n+x\r\n-NOPERM no\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
};
enum { CORPUS = sizeof corpus / sizeof *corpus };

static uint64_t state;
static uint64_t draw(uint64_t bound) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state % bound;
}

/* Replies with a few bytes changed, dropped or added, cut at random: no fault of memory, and no reply is unreadable. */
static void fuzz(uint64_t seed, int rounds) {
    static char text[ROOM * 16];
    static const char likely[] = "$*+-:~%>_#,(=|0123456789\r\n";
    state = seed;
    for (int round = 0; round < rounds; round++) {
        char bytes[2048];
        size_t count = 0;
        for (uint64_t parts = 1 + draw(8); parts > 0; parts--) {
            const char *part = corpus[draw(CORPUS)];
            memcpy(bytes + count, part, strlen(part));
            count += strlen(part);
        }
        for (uint64_t changes = draw(5); changes > 0 && count > 0; changes--) {
            size_t at = draw(count);
            char byte = draw(2) ? likely[draw(sizeof likely - 1)] : (char)draw(256);
            switch (draw(3)) {
            case 0: bytes[at] = byte; break;
            case 1: memmove(bytes + at, bytes + at + 1, --count - at); break;
            default: memmove(bytes + at + 1, bytes + at, count++ - at), bytes[at] = byte; break;
            }
        }
        redis_tape *tape = redis_tape_create(1 + draw(200), DEPTH);
        size_t length = 0;
        redis_tape_result result = REDIS_TAPE_NEEDS_MORE;
        for (size_t at = 0; at < count && result == REDIS_TAPE_NEEDS_MORE;) {
            size_t piece = 1 + draw(count - at);
            result = feed(tape, bytes + at, piece, text, &length);
            at += piece;
        }
        /* A failure is for ever. */
        if (result != REDIS_TAPE_NEEDS_MORE && redis_tape_feed(tape, "+OK\r\n", 5) != result) failures++;
        redis_tape_free(tape);
    }
}

int main(int count, char **words) {
    expect("+OK\r\n:-42\r\n$-1\r\n*-1\r\n", REDIS_TAPE_NEEDS_MORE, " +OK :-42 ~ ~");
    expect("*4\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n+x\r\n-NOPERM no\r\n:7\r\n", REDIS_TAPE_NEEDS_MORE,
           " [$a,[:1,~],+x,-NOPERM no] :7");
    expect("$0\r\n\r\n*0\r\n$4\r\n\r\n\r\n\r\n", REDIS_TAPE_NEEDS_MORE, " $ [] $\r\n\r\n");
    expect(":9223372036854775807\r\n", REDIS_TAPE_NEEDS_MORE, " :9223372036854775807");
    expect(corpus[CORPUS - 1], REDIS_TAPE_NEEDS_MORE, " [[[[[[[[:1]]]]]]]]");
    expect("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", REDIS_TAPE_TOO_DEEP, "");
    const char *malformed[] = {
        "garbage\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "(123\r\n", "=7\r\ntxt:abc\r\n", "%1\r\n+a\r\n+b\r\n",
        "%-1\r\n", "~1\r\n+a\r\n", ">1\r\n+a\r\n", "|1\r\n+a\r\n+b\r\n+c\r\n", "*1\r\n_\r\n", "*1\r\n#f\r\n",
        "$x\r\n", "*x\r\n", ":1x\r\n", "$-2\r\n", "*-2\r\n", "$?\r\n", "*?\r\n",
    };
    for (size_t index = 0; index < sizeof malformed / sizeof *malformed; index++) {
        expect(malformed[index], REDIS_TAPE_MALFORMED, "");
    }
    expect("*2147483647\r\n", REDIS_TAPE_TOO_LARGE, "");
    fuzz(count > 1 ? strtoull(words[1], NULL, 10) : 1, count > 2 ? atoi(words[2]) : 20000);
    printf("hiredis %d.%d.%d: %s\n", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH, failures ? "FAILED" : "ok");
    return failures > 0;
}
