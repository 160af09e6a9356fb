/// Makes the database that a URL names.
///
/// Nothing is opened yet: call ``RelationalDatabase/ping()`` to learn whether it answers, and
/// ``RelationalDatabase/shutdown()`` when done.
///
/// - Parameters:
///   - url: Where the database is.
///   - configuration: The limits of its pool.
/// - Returns: The database.
/// - Throws: ``SQLError`` `.invalidConfiguration` if a setting is out of range, or the driver was not built in.
public func makeDatabase(
    url: DatabaseURL, configuration: DatabaseConfiguration = DatabaseConfiguration()
) throws(SQLError) -> any RelationalDatabase {
    switch url.location {
    case .sqlite(let path):
        return try PooledDatabase(
            driver: SQLiteDriver(path: path, configuration: configuration), configuration: configuration)
    case .mysql(let address):
        #if MySQL
            return try PooledDatabase(
                driver: MySQLDriver(address: address, configuration: configuration), configuration: configuration)
        #else
            throw SQLError(.invalidConfiguration, message: "this program was built without the MySQL trait")
        #endif
    case .postgresql(let address):
        #if PostgreSQL
            return try PooledDatabase(
                driver: PostgreSQLDriver(address: address, configuration: configuration), configuration: configuration)
        #else
            throw SQLError(.invalidConfiguration, message: "this program was built without the PostgreSQL trait")
        #endif
    }
}
