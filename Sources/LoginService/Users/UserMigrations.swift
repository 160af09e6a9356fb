import RelationalStore

/// The schema of the users, step by step; a released step never changes.
enum UserMigrations {
    /// The steps; times are microseconds since 1970.
    ///
    /// An openid's case is significant: under a case-blind collation two people would be one user, so MySQL and
    /// PostgreSQL compare bytes.
    static let all = [
        Migration(
            version: 1,
            name: "create users",
            sqlite: [
                """
                CREATE TABLE users (
                    id INTEGER PRIMARY KEY,
                    app_id TEXT NOT NULL,
                    open_id TEXT NOT NULL,
                    union_id TEXT,
                    phone TEXT,
                    nickname TEXT,
                    avatar_url TEXT,
                    credit INTEGER NOT NULL DEFAULT 100,
                    created_at INTEGER NOT NULL,
                    UNIQUE (app_id, open_id),
                    UNIQUE (app_id, phone)
                ) STRICT
                """
            ],
            mysql: [
                """
                CREATE TABLE IF NOT EXISTS users (
                    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
                    app_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                    open_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                    union_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin,
                    phone VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
                    nickname VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
                    avatar_url VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin,
                    credit BIGINT NOT NULL DEFAULT 100,
                    created_at BIGINT NOT NULL,
                    UNIQUE KEY users_open_id (app_id, open_id),
                    UNIQUE KEY users_phone (app_id, phone)
                ) ENGINE = InnoDB
                """
            ],
            postgresql: [
                """
                CREATE TABLE users (
                    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    app_id TEXT COLLATE "C" NOT NULL,
                    open_id TEXT COLLATE "C" NOT NULL,
                    union_id TEXT COLLATE "C",
                    phone TEXT COLLATE "C",
                    nickname TEXT,
                    avatar_url TEXT,
                    credit BIGINT NOT NULL DEFAULT 100,
                    created_at BIGINT NOT NULL,
                    UNIQUE (app_id, open_id),
                    UNIQUE (app_id, phone)
                )
                """
            ]
        )
    ]
}
