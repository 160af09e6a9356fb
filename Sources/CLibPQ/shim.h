// What Swift cannot import from libpq-fe.h, or not portably: character macros, a callback, Linux's eventfd.
#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static inline void clibpq_drop_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

/// libpq prints notices on standard error unless someone takes them.
static inline void clibpq_ignore_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, clibpq_drop_notice, NULL);
}

/// The five characters of SQLSTATE, or null for an error of libpq's own.
static inline const char *clibpq_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/// The server's one line about the error, or null.
static inline const char *clibpq_primary_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

/// A descriptor that becomes readable when it is written to; -1 if there is none left.
static inline int clibpq_make_event(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

static inline void clibpq_raise_event(int descriptor) {
    // Fails only if it is raised already.
    (void)!eventfd_write(descriptor, 1);
}

static inline void clibpq_clear_event(int descriptor) {
    eventfd_t value;
    (void)!eventfd_read(descriptor, &value);
}

#endif
