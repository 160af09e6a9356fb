#if MySQL
    /// Opens connections to a MySQL or MariaDB server.
    struct MySQLDriver: SQLDriver {
        typealias Connection = MySQLConnection

        private let address: MySQLAddress
        private let configuration: DatabaseConfiguration

        init(address: MySQLAddress, configuration: DatabaseConfiguration) {
            self.address = address
            self.configuration = configuration
        }

        var dialect: SQLDialect { .mysql }

        var isRemote: Bool { true }

        var layout: PoolLayout { PoolLayout(writers: configuration.maximumConnections, readers: 0) }

        func open(_ role: ConnectionRole, patience: Duration) throws(SQLError) -> MySQLConnection {
            try MySQLConnection(
                to: address,
                timeouts: MySQLTimeouts(
                    connect: configuration.connectTimeout, silence: patience, lock: configuration.lockTimeout),
                statementCacheCapacity: configuration.statementCacheCapacity)
        }
    }
#endif
