#ifndef CMARIADB_SHIM_H
#define CMARIADB_SHIM_H

#include <mysql.h>

/// Non-zero inside a transaction, as the server's last reply said.
static inline int cmariadb_in_transaction(const MYSQL *connection) {
    return (connection->server_status & SERVER_STATUS_IN_TRANS) != 0;
}

#endif
