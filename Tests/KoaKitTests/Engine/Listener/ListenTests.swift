import FoundationEssentials
import Glibc
import KoaKit
import KoaTesting
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ListenTests {
    private func options(_ address: ListenAddress) -> ServerOptions {
        var options = ServerOptions(address)
        options.eventLoopGroup = .singleton
        return options
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a server says which address it got`(host: String) async throws {
        let server = try await Application.echo().start(options(.host(host, port: 0)))
        #expect(server.port > 0)
        #expect(server.address.hasSuffix(":\(server.port)"))
        await server.shutdown()
    }

    @Test func `koa 4.7 a port in use is an error that says which and what to do`() async throws {
        try await Application.echo().withServer { server in
            let port = server.port
            let error = await #expect(throws: ListenError.self) { _ = try await Application.echo().start(port: port) }
            #expect(error?.code == .addressInUse)
            #expect(error?.description.contains("cannot listen on 127.0.0.1:\(port)") == true)
            #expect(error?.description.contains("ss -ltnp") == true)
        }
    }

    @Test func `an address of another machine is an error that says so`() async throws {
        let error = await #expect(throws: ListenError.self) {
            _ = try await Application.echo().start(options(.host("192.0.2.1", port: 0)))
        }
        #expect(error?.code == .noSuchAddress)
    }

    @Test func `a port is shared only where both sides say so`() async throws {
        var shared = options(.host(port: 0))
        shared.reusesPort = true
        let first = try await Application.echo().start(shared)
        shared.address = .host(port: first.port)
        let second = try await Application.echo().start(shared)
        let alone = options(.host(port: first.port))
        await #expect(throws: ListenError.self) { _ = try await Application.echo().start(alone) }
        await first.shutdown()
        await second.shutdown()
    }

    @Test func `koa 4.7 listen calls back with the server once it accepts connections`() async throws {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let task = Task {
            try await Application.echo().listen(port: 0, on: .singleton) { continuation.yield($0.port) }
        }
        for await port in ports {
            let connection = try await RawConnection.connect(port: port)
            try await connection.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "GET /a")
            break
        }
        task.cancel()
        try await task.value
    }
}

@Suite(.timeLimit(.minutes(1)))
struct UnixSocketTests {
    private func options(_ path: String, permissions: UInt32 = 0o660) -> ServerOptions {
        var options = ServerOptions(.unixSocket(path, permissions: permissions))
        options.eventLoopGroup = .singleton
        return options
    }

    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    @Test func `a unix socket is served, and its file goes with the server`() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.file("s")
            let server = try await Application.echo().start(options(path))
            #expect(server.address == "unix:\(path)")
            #expect(server.port == 0)
            let connection = try await RawConnection.connect(unixSocket: path)
            try await connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try await connection.readReply().text == "hello")
            await server.shutdown()
            #expect(try await connection.readToEnd().isEmpty)
            #expect(mode(path) == nil)
        }
    }

    @Test(arguments: [0o600, 0o660, 0o666] as [UInt32])
    func `the file has the permissions that were asked for`(permissions: UInt32) async throws {
        try await TemporaryFolder.with { folder in
            let server = try await Application.echo().start(options(folder.file("s"), permissions: permissions))
            #expect(mode(folder.file("s")) == permissions)
            await server.shutdown()
        }
    }

    @Test func `a stale file is replaced, one that is listened on is not`() async throws {
        try await TemporaryFolder.with { folder in
            let path = folder.file("s")
            // A socket that was bound and closed: what a dead process leaves.
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
            try #require(isBound)
            Glibc.close(descriptor)

            let server = try await Application.echo().start(options(path))
            let error = await #expect(throws: ListenError.self) {
                _ = try await Application.echo().start(options(path))
            }
            #expect(error?.code == .addressInUse)
            let connection = try await RawConnection.connect(unixSocket: path)
            try await connection.send("GET /still HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().text == "GET /still")
            await server.shutdown()
        }
    }

    @Test func `a file of another kind, a missing folder and a long path are errors, and the file stays`() async throws
    {
        try await TemporaryFolder.with { folder in
            let file = folder.file("f")
            try Data("precious".utf8).write(to: URL(filePath: file))
            let long = folder.file(String(repeating: "x", count: 108))
            for path in [file, folder.file("none/s"), long] {
                let error = await #expect(throws: ListenError.self) {
                    _ = try await Application.echo().start(options(path))
                }
                #expect(error?.code == .badPath)
            }
            #expect(try Data(contentsOf: URL(filePath: file)) == Data("precious".utf8))
        }
    }
}
