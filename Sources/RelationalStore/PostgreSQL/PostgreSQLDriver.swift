#if PostgreSQL
    import Synchronization

    /// Opens connections to a PostgreSQL server, or to the one of several that is wanted.
    struct PostgreSQLDriver: SQLDriver {
        typealias Connection = PostgreSQLConnection

        /// The index of the host that was connected to last.
        private final class Choice: Sendable {
            let index = Atomic<Int>(0)
        }

        private let address: PostgreSQLAddress
        private let configuration: DatabaseConfiguration
        private let choice = Choice()

        init(address: PostgreSQLAddress, configuration: DatabaseConfiguration) {
            self.address = address
            self.configuration = configuration
        }

        var dialect: SQLDialect { .postgresql }

        var isRemote: Bool { true }

        var layout: PoolLayout { PoolLayout(writers: configuration.maximumConnections, readers: 0) }

        /// Tries the hosts in turn, from the one that served last.
        func open(_ role: ConnectionRole, patience: Duration) throws(SQLError) -> PostgreSQLConnection {
            let limits = PostgreSQLLimits(
                connect: configuration.connectTimeout, silence: patience, lock: configuration.lockTimeout)
            let first = choice.index.load(ordering: .relaxed)
            var failure = SQLError(.unavailable, message: "there is no host")
            for offset in address.hosts.indices {
                let index = (first + offset) % address.hosts.count
                do throws(SQLError) {
                    let connection = try PostgreSQLConnection(
                        to: address.hosts[index], of: address, limits: limits,
                        statementCacheCapacity: configuration.statementCacheCapacity)
                    choice.index.store(index, ordering: .relaxed)
                    return connection
                } catch {
                    failure = error
                    // Another host would refuse the same user.
                    if error.kind == .accessDenied { break }
                }
            }
            throw failure
        }
    }
#endif
