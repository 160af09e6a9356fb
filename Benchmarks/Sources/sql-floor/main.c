/*
 * The least that a query costs: one thread, one connection, one prepared statement in a loop of the vendor's own C
 * calls. The same work and the same report as sql-queries.
 */
#include <mariadb/mysql.h>
#include <postgresql/libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int users, is_insert;
static const char *run;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fprintf(stderr, "%s is not set\n", name);
        exit(64);
    }
    return value;
}

static void fail(const char *message) {
    fprintf(stderr, "%s\n", message);
    exit(1);
}

static double seconds_of_cpu(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int name_user(char *name, size_t size, const char *phase, int number) {
    if (is_insert) return snprintf(name, size, "%s-%s-%d", run, phase, number);
    return snprintf(name, size, "user-%d", rand() % users);
}

static void with_sqlite(const char *phase, int times) {
    static sqlite3 *database;
    static sqlite3_stmt *statement;
    if (database == NULL) {
        if (sqlite3_open_v2(setting("DATABASE"), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
            fail("SQLite does not open");
        sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
        const char *text = is_insert ? "INSERT INTO users (app_id, open_id, created_at) VALUES (?, ?, 1)"
                                     : "SELECT id FROM users WHERE app_id = ? AND open_id = ?";
        if (sqlite3_prepare_v2(database, text, -1, &statement, NULL) != SQLITE_OK) fail(sqlite3_errmsg(database));
    }
    char name[64];
    for (int number = 0; number < times; number++) {
        int length = name_user(name, sizeof name, phase, number);
        sqlite3_bind_text(statement, 1, "wx1", 3, SQLITE_STATIC);
        sqlite3_bind_text(statement, 2, name, length, SQLITE_STATIC);
        int result = sqlite3_step(statement);
        if (is_insert ? result != SQLITE_DONE : result != SQLITE_ROW || sqlite3_column_int64(statement, 0) < 1)
            fail(sqlite3_errmsg(database));
        sqlite3_reset(statement);
    }
}

static void with_mysql(const char *phase, int times) {
    static MYSQL *connection;
    static MYSQL_STMT *statement;
    static MYSQL_BIND parameters[2], column;
    static char name[64];
    static unsigned long app_length = 3, name_length;
    static long long id;
    if (connection == NULL) {
        connection = mysql_init(NULL);
        if (!mysql_real_connect(connection, "127.0.0.1", setting("DATABASE_USER"), setting("PASSWORD"),
                                setting("DATABASE"), (unsigned)atoi(setting("PORT")), NULL, 0))
            fail(mysql_error(connection));
        statement = mysql_stmt_init(connection);
        const char *text = is_insert ? "INSERT INTO users (app_id, open_id, created_at) VALUES (?, ?, 1)"
                                     : "SELECT id FROM users WHERE app_id = ? AND open_id = ?";
        if (mysql_stmt_prepare(statement, text, strlen(text)) != 0) fail(mysql_stmt_error(statement));
        parameters[0] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING, .buffer = "wx1", .length = &app_length};
        parameters[1] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING, .buffer = name, .length = &name_length};
        mysql_stmt_bind_param(statement, parameters);
        column = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id};
        if (!is_insert) mysql_stmt_bind_result(statement, &column);
    }
    for (int number = 0; number < times; number++) {
        name_length = (unsigned long)name_user(name, sizeof name, phase, number);
        if (mysql_stmt_execute(statement) != 0) fail(mysql_stmt_error(statement));
        if (is_insert) continue;
        if (mysql_stmt_store_result(statement) != 0 || mysql_stmt_fetch(statement) != 0 || id < 1)
            fail("MariaDB found nobody");
        mysql_stmt_free_result(statement);
    }
}

static void with_postgresql(const char *phase, int times) {
    static PGconn *connection;
    if (connection == NULL) {
        const char *keywords[] = {"host", "port", "user", "password", "dbname", "sslmode", NULL};
        const char *values[] = {"127.0.0.1", setting("PORT"), setting("DATABASE_USER"), setting("PASSWORD"),
                                setting("DATABASE"), "disable", NULL};
        connection = PQconnectdbParams(keywords, values, 0);
        const char *text = is_insert ? "INSERT INTO users (app_id, open_id, created_at) VALUES ($1, $2, 1)"
                                     : "SELECT id FROM users WHERE app_id = $1 AND open_id = $2";
        PGresult *result = PQprepare(connection, "work", text, 2, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) fail(PQerrorMessage(connection));
        PQclear(result);
    }
    char name[64];
    const char *parameters[] = {"wx1", name};
    for (int number = 0; number < times; number++) {
        name_user(name, sizeof name, phase, number);
        PGresult *result = PQexecPrepared(connection, "work", 2, parameters, NULL, NULL, 1);
        if (is_insert ? PQresultStatus(result) != PGRES_COMMAND_OK : PQntuples(result) != 1)
            fail(PQerrorMessage(connection));
        PQclear(result);
    }
}

int main(void) {
    const char *dialect = setting("DIALECT");
    void (*work)(const char *, int) = strcmp(dialect, "sqlite") == 0    ? with_sqlite
                                      : strcmp(dialect, "mysql") == 0 ? with_mysql
                                                                        : with_postgresql;
    is_insert = strcmp(setting("WORK"), "insert") == 0;
    users = atoi(setting("USERS"));
    run = setting("RUN");
    int queries = atoi(setting("QUERIES"));
    work("warm", queries / 10 + 1);
    double before = seconds_of_cpu();
    work("run", queries);
    printf("%d %f\n", queries, seconds_of_cpu() - before);
    return 0;
}
