#if MySQL
    import MariaDBFixture
    import Testing

    @testable import RelationalStore

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    @Suite(
        .timeLimit(.minutes(1)),
        .enabled(if: Store.remote.contains(.mysql), "MariaDB is not installed, or its driver not built")
    )
    struct MySQLInterruptTests {
        private struct NoSocket: Error {}

        @Test func `an interrupt that comes after the link failed reaches no socket of somebody else's`() async throws {
            let server = try await SharedMariaDB.server()
            let url = try DatabaseURL(server.socketURL(database: try await server.makeDatabase()))
            guard case .mysql(let address) = url.location else { throw NoSocket() }
            let driver = MySQLDriver(address: address, configuration: DatabaseConfiguration())
            let connection = try driver.open(.readWrite, patience: .seconds(5))
            defer { connection.close() }
            try await server.administer("KILL CONNECTION \(try #require(connection.session).number)")
            // The library notices, and closes its socket.
            #expect(throws: SQLError.self) { try connection.run("SELECT 1", []) }
            // The lowest free numbers: that of the closed socket is among them.
            let pairs = try (0..<32).map { _ in
                var ends: [Int32] = [0, 0]
                guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw NoSocket() }
                return ends
            }
            defer { for end in pairs.joined() { close(end) } }
            connection.interrupter.fire()
            for ends in pairs {
                #expect(send(ends[0], "x", 1, Int32(MSG_NOSIGNAL)) == 1)
                #expect(send(ends[1], "x", 1, Int32(MSG_NOSIGNAL)) == 1)
            }
        }
    }
#endif
