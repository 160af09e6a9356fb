public import KoaKit
import NIOPosix

extension Application {
    /// Serves this application to a client for as long as `body` runs.
    ///
    /// ```swift
    /// try await app.test(over: .socket) { client in
    ///     let reply = try await client.get("/hello")
    ///     #expect(reply.text == "Hello")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - transport: In process, or a server of its own on a free port, which is shut down afterwards. Default: in
    ///     process.
    ///   - body: Gets the client.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, and an error of the socket when no port can be bound.
    public func test<Result>(
        over transport: Transport = .inProcess,
        _ body: (TestClient) async throws -> Result
    ) async throws -> Result {
        switch transport {
        case .inProcess:
            try await body(TestClient(InProcessResponder(self)))
        case .socket:
            try await withServer { server in
                let client = TestClient(port: server.port)
                do {
                    let result = try await body(client)
                    await client.close()
                    return result
                } catch {
                    await client.close()
                    throw error
                }
            }
        }
    }

    /// Serves this application on a free port of this machine for as long as `body` runs, then shuts it down.
    ///
    /// - Parameter body: Gets the server; ``RawConnection/connect(host:port:timeout:)`` takes its port.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, and an error of the socket when no port can be bound.
    public func withServer<Result>(_ body: (Server) async throws -> Result) async throws -> Result {
        let server = try await start(port: 0, on: .singleton)
        do {
            let result = try await body(server)
            await server.shutdown()
            return result
        } catch {
            await server.shutdown()
            throw error
        }
    }
}
