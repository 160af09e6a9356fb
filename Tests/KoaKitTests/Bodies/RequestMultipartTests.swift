import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct RequestMultipartTests {
    private static let headers: HTTPHeaders = ["Content-Type": "multipart/form-data; boundary=\"b\""]

    private static func body(_ parts: [(String, [UInt8])], end: String = "--b--\r\n") -> TestBody {
        var bytes: [UInt8] = []
        for (disposition, content) in parts {
            bytes += Array("--b\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + [13, 10]
        }
        return .bytes(bytes + Array(end.utf8))
    }

    private func options(_ folder: TemporaryFolder) -> MultipartOptions {
        var options = MultipartOptions()
        options.directory = folder.path
        return options
    }

    /// Files are removed on another thread, some time after the last reference to them went.
    private func expectNoFiles(in folder: TemporaryFolder) async throws {
        while try !folder.names.isEmpty { await Task.yield() }
    }

    @Test(arguments: Transport.allCases)
    func `fields are in memory, and files on disk until the request is over`(over transport: Transport) async throws {
        let folder = try TemporaryFolder()
        let options = options(folder)
        let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let app = Application.quiet()
        app.use { ctx, _ in
            let form = try await ctx.request.multipart(options)
            #expect(form.fields.fields == [.init("title", "你好"), .init("tag", "x"), .init("tag", "")])
            #expect(form.files.map(\.filename) == ["large.bin", "", "passwd"])
            #expect(try folder.names.count == 3)
            let file = try #require(form.file("large"))
            #expect(file.size == large.count)
            #expect(file.path.hasPrefix(folder.path + "/"))
            await #expect(throws: HTTPError.self) { try await file.bytes(upTo: 199_999) }
            ctx.body = .bytes(try await file.bytes(upTo: 200_000))
        }
        try await app.test(over: transport) { client async throws in
            let body = Self.body([
                ("name=title", Array("你好".utf8)), ("name=large; filename=large.bin", large), ("name=tag", [120]),
                ("name=none; filename=\"\"", []), ("name=evil; filename=\"../../etc/passwd\"", [1]), ("name=tag", []),
            ])
            let reply = try await client.post("/", headers: Self.headers, body: body)
            #expect(reply.content == large)
        }
        try await expectNoFiles(in: folder)
    }

    @Test func `a file can be moved to stay`() async throws {
        let folder = try TemporaryFolder()
        let options = options(folder)
        let app = Application.quiet()
        app.use { ctx, _ in
            let form = try await ctx.request.multipart(options)
            try await form.files.first?.move(to: folder.path + "/kept")
            ctx.body = .text("moved")
        }
        try await app.test { client async throws in
            let body = Self.body([("name=a; filename=a", Array("content".utf8)), ("name=b; filename=b", [])])
            #expect(try await client.post("/", headers: Self.headers, body: body).text == "moved")
        }
        while try folder.names != ["kept"] { await Task.yield() }
        let kept = try await FileThreads.run { try OpenFile(reading: folder.path + "/kept").read(100, at: 0) }
        #expect(String(buffer: kept) == "content")
    }

    @Test(arguments: Transport.allCases)
    func `a form that breaks off or is too large leaves no files`(over transport: Transport) async throws {
        let folder = try TemporaryFolder()
        var limited = options(folder)
        limited.fileBytes = 100_000
        limited.fieldBytes = 10
        let options = limited
        let app = Application.quiet()
        app.use { ctx, _ in
            _ = try await ctx.request.multipart(options)
            ctx.body = .text("read")
        }
        let file = ("name=a; filename=a", [UInt8](repeating: 1, count: 100_000))
        let bodies: [(TestBody, Int)] = [
            (Self.body([file]), 200), (Self.body([file], end: "--b"), 400), (Self.body([file], end: "--b "), 400),
            (Self.body([file, ("name=b; filename=b", [1])]), 413), (Self.body([file, ("name=c", [97])]), 200),
            (Self.body([file, ("name=c", [UInt8](repeating: 97, count: 11))]), 413),
            (Self.body([file, ("name=c", [0xFF])]), 400), (Self.body([file, ("nothing", [])]), 400), (.none, 400),
        ]
        try await app.test(over: transport) { client async throws in
            for (index, (body, status)) in bodies.enumerated() {
                let reply = try await client.post("/", headers: Self.headers, body: body)
                #expect(reply.status == status, "\(index): \(reply.text)")
            }
        }
        try await expectNoFiles(in: folder)
    }

    @Test(arguments: Transport.allCases)
    func `parts can be handled as they come, and skipped`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            var seen: [String] = []
            var leaked: MultipartPart.Content?
            try await ctx.request.multipart { part in
                if let leaked { #expect(try await leaked.next() == nil) }
                leaked = part.content
                var size = 0
                if part.name != "skipped" { for try await bytes in part.content { size += bytes.readableBytes } }
                seen.append("\(part.name) \(part.filename ?? "-") \(size)")
            }
            ctx.body = .text(seen.joined(separator: ", "))
        }
        try await app.test(over: transport) { client async throws in
            let large = [UInt8](repeating: 13, count: 300_000)
            let body = Self.body([("name=a", [1]), ("name=skipped", large), ("name=b; filename=\"x/y\"", large)])
            let reply = try await client.post("/", headers: Self.headers, body: body)
            #expect(reply.text == "a - 1, b y 300000" || reply.text == "a - 1, skipped - 0, b y 300000")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a coded form is inflated as it comes`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(try await ctx.request.multipart().fields["a"] ?? "none") }
        try await app.test(over: transport) { client async throws in
            let text = String(repeating: "inflate ", count: 2_000)
            guard case .bytes(let plain) = Self.body([("name=a", Array(text.utf8))]) else { return }
            var headers = Self.headers
            headers.add(name: "Content-Encoding", value: "gzip")
            let reply = try await client.post("/", headers: headers, body: .bytes(try plain.deflated(.gzip)))
            #expect(reply.text == text)
        }
    }

    @Test(arguments: [
        ("text/plain", 415), ("multipart/mixed; boundary=b", 415), ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400), ("multipart/form-data; boundary=\"\"", 400),
        ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), 400),
        ("Multipart/Form-Data;boundary=b", 200),
    ])
    func `the type must be multipart with a boundary`(type: String, status: Int) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            _ = try await ctx.request.multipart()
            ctx.body = .text("read")
        }
        try await app.test { client async throws in
            let reply = try await client.post("/", headers: ["Content-Type": type], body: Self.body([]))
            #expect(reply.status == status)
        }
    }

    @Test func `a body that is announced to be too large is refused at once`() async throws {
        let app = Application.quiet()
        app.use { ctx, _ in _ = try await ctx.request.multipart() }
        try await app.serve { connection in
            try await connection.send(
                """
                POST / HTTP/1.1\r
                Host: a\r
                Content-Type: multipart/form-data; boundary=b\r
                Content-Length: 99999999\r
                Expect: 100-continue\r
                \r

                """)
            #expect(try await connection.readReply().status == 413)
        }
    }

    @Test func `koa 4.10 a client that leaves in the middle of a file leaves none behind`() async throws {
        let folder = try TemporaryFolder()
        let options = options(folder)
        let app = Application.quiet()
        app.use { ctx, _ in _ = try await ctx.request.multipart(options) }
        try await app.serve { connection in
            try await connection.send(
                """
                POST / HTTP/1.1\r
                Host: a\r
                Content-Type: multipart/form-data; boundary=b\r
                Content-Length: 1000000\r
                \r
                --b\r
                Content-Disposition: form-data; name=a; filename=a\r
                \r
                the first bytes of it
                """)
            while try folder.names.isEmpty { await Task.yield() }
            try await connection.reset()
            try await expectNoFiles(in: folder)
        }
    }

    @Test func `an upload passes through in small pieces`() async throws {
        let size = 20_000_000
        let app = Application.quiet()
        app.use { ctx, _ in
            var options = MultipartOptions()
            options.fileBytes = size
            var received = 0
            try await ctx.request.multipart(options) { part in
                for try await bytes in part.content {
                    #expect(bytes.readableBytes <= 200_000)
                    received += bytes.readableBytes
                }
            }
            ctx.body = .text("\(received)")
        }
        try await app.test(over: .socket) { client async throws in
            let body = Self.body([("name=a; filename=a", [UInt8](repeating: 1, count: size))])
            #expect(try await client.post("/", headers: Self.headers, body: body).text == "\(size)")
        }
    }
}
