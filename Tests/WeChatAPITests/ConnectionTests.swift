import NIOPosix
import Testing
import WeChatAPI

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private let success = ScriptedAction.send(Fixture.reply(Fixture.success))

    @Test func `one connection serves several exchanges`() async throws {
        try await ScriptedServer.run([success, success, success]) { server in
            try await Fixture.withClient(port: server.port) { client in
                for _ in 1...3 { _ = try await client.exchange(code: try Fixture.loginCode()) }
            }
            #expect(server.connectionCount == 1)
            #expect(server.requests.count == 3)
        }
    }

    @Test func `an idle connection closed by the server does not fail the next exchange`() async throws {
        try await ScriptedServer.run([success, success]) { server in
            try await Fixture.withClient(port: server.port) { client in
                _ = try await client.exchange(code: try Fixture.loginCode())
                try await server.closeConnections()
                _ = try await client.exchange(code: try Fixture.loginCode())
            }
        }
    }

    @Test func `a reused connection that closes under the request does not fail the exchange`() async throws {
        try await ScriptedServer.run([success, .close, success]) { server in
            try await Fixture.withClient(port: server.port) { client in
                _ = try await client.exchange(code: try Fixture.loginCode())
                _ = try await client.exchange(code: try Fixture.loginCode())
            }
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a refused connection is unreachable and leaves the code unused`() async throws {
        let port = try await ScriptedServer.run([]) { $0.port }
        let error = try await Fixture.withClient(port: port, connectTimeout: .milliseconds(300)) { client in
            try await Fixture.failure(of: client)
        }
        #expect(error.code == .unreachable)
        #expect(!error.isAmbiguous)
    }

    @Test func `a TLS handshake that never ends is a timeout and leaves the code unused`() async throws {
        let error = try await ScriptedServer.run([]) { server in
            try await Fixture.withClient(
                port: server.port, baseURL: "https://127.0.0.1:\(server.port)", connectTimeout: .milliseconds(250)
            ) { client in
                try await Fixture.failure(of: client)
            }
        }
        #expect(error.code == .timeout)
        #expect(!error.isAmbiguous)
    }

    @Test func `a server that does not speak TLS is unreachable`() async throws {
        let error = try await ScriptedServer.run([], greeting: "220 not TLS\r\n") { server in
            try await Fixture.withClient(
                port: server.port, baseURL: "https://127.0.0.1:\(server.port)", connectTimeout: .seconds(1)
            ) { client in
                try await Fixture.failure(of: client)
            }
        }
        #expect(error.code == .unreachable)
        #expect(!error.isAmbiguous)
    }

    @Test func `a truncated body is malformed`() async throws {
        let reply = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n\(Fixture.success)"
        #expect(try await Fixture.failure(of: [.sendAndClose(reply)]).error.code == .malformedReply)
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200", "HTTP/1.1 abc OK\r\n\r\n"])
    func `bytes that are not HTTP are malformed`(bytes: String) async throws {
        let (error, _) = try await Fixture.failure(of: [.sendAndClose(bytes)])
        #expect(error.code == .malformedReply)
    }

    @Test(arguments: ["Content-Length: 52428800\r\n", ""])
    func `a huge body is refused before the server could send it`(length: String) async throws {
        try await expectRefusal(of: .stream("HTTP/1.1 200 OK\r\n\(length)\r\n", bodyBytes: 52_428_800))
    }

    @Test func `a body without end is refused`() async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"
        try await expectRefusal(of: .stream(head, bodyBytes: .max))
    }

    @Test func `headers without end are refused`() async throws {
        try await expectRefusal(of: .stream("HTTP/1.1 200 OK\r\nX: ", bodyBytes: .max))
    }

    @Test(arguments: [
        ScriptedAction.hang, .send("HTTP/1.1 200 OK\r\n"), .send("HTTP/1.1 100 Continue\r\n\r\n"),
        .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"openid\":"),
        .drip("HTTP/1.1 200 OK\r\n\r\n"),
    ])
    func `a server that falls silent or drips ends in a timeout without a retry`(action: ScriptedAction) async throws {
        let start = ContinuousClock.now
        let (error, requestCount) = try await Fixture.failure(of: [action], timeout: .seconds(1))
        #expect(error.code == .timeout)
        #expect(error.isAmbiguous)
        #expect(requestCount == 1)
        #expect((.milliseconds(990)...(.seconds(10))).contains(ContinuousClock.now - start))
    }

    @Test func `cancelling the caller closes the connection`() async throws {
        try await ScriptedServer.run([.hang]) { server in
            try await Fixture.withClient(port: server.port, timeout: .seconds(50)) { client in
                let code = try Fixture.loginCode()
                let exchange = Task { try await client.exchange(code: code) }
                await server.wait { if case .request = $0 { true } else { false } }
                exchange.cancel()
                let error = await #expect(throws: WeChatError.self) { try await exchange.value }
                #expect(error?.code == .cancelled)
                #expect(error?.isAmbiguous == true)
                await server.wait { $0 == .closed }
            }
        }
    }

    @Test func `a cancelled caller sends nothing`() async throws {
        try await ScriptedServer.run([]) { server in
            try await Fixture.withClient(port: server.port) { client in
                let code = try Fixture.loginCode()
                let exchange = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await client.exchange(code: code)
                }
                let error = await #expect(throws: WeChatError.self) { try await exchange.value }
                #expect(error?.code == .cancelled)
                #expect(error?.isAmbiguous == false)
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `shutdown ends exchanges under way and refuses later ones`() async throws {
        try await ScriptedServer.run([.hang]) { server in
            try await Fixture.withClient(port: server.port, timeout: .seconds(50)) { client in
                async let underWay = Fixture.failure(of: client)
                await server.wait { if case .request = $0 { true } else { false } }
                await client.shutdown()
                #expect(try await underWay.code == .shutdown)
                let later = try await Fixture.failure(of: client)
                #expect(later.code == .shutdown)
                #expect(!later.isAmbiguous)
            }
        }
    }

    /// Expects that the client stops reading long before the server has sent all of its 50 MB or more.
    private func expectRefusal(of action: ScriptedAction) async throws {
        try await ScriptedServer.run([action]) { server in
            let error = try await Fixture.withClient(port: server.port) { client in
                let error = try await Fixture.failure(of: client)
                await server.wait { $0 == .closed }
                return error
            }
            #expect(error.code == .malformedReply)
            // The rest is what the two sockets' buffers take.
            #expect(server.bodyBytesWritten < 20_000_000)
        }
    }
}
