import KoaTesting
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct StaticFilesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("hello".utf8, to: "site/a.txt")
        try folder.write("<p>home".utf8, to: "site/index.html")
        try folder.write("<p>sub".utf8, to: "site/sub dir/index.html")
        try folder.write("secret".utf8, to: "site/.hidden/x.txt")
        try folder.write("secret".utf8, to: "site/.env")
        try folder.write("secret".utf8, to: "outside.txt")
        try folder.write("none".utf8, to: "site/name")
        try folder.write("var a".utf8, to: "site/app.js")
        try folder.write(Array("var a".utf8).deflated(.gzip), to: "site/app.js.gz")
        try folder.write("made elsewhere".utf8, to: "site/app.js.br")
        try folder.write([], to: "site/empty.txt")
        try folder.write((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }, to: "site/large.bin")
    }

    private func app(_ options: StaticFiles.Options = StaticFiles.Options(), root: String = "site") -> Application {
        let app = Application.quiet()
        app.use(StaticFiles("\(folder.path)/\(root)", options: options))
        app.use { ctx, _ in ctx.body = .text("downstream") }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `a file comes with its type, length, dates and tag`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            let reply = try await client.get("/a.txt")
            #expect(reply.status == 200)
            #expect(reply.text == "hello")
            #expect(reply["Content-Type"] == "text/plain; charset=utf-8")
            #expect(reply["Content-Length"] == "5")
            #expect(reply["Cache-Control"] == "max-age=0")
            #expect(reply["Accept-Ranges"] == "bytes")
            #expect(reply["ETag"]?.hasPrefix("W/\"5-") == true)
            #expect(reply["Last-Modified"]?.hasSuffix(" GMT") == true)
            #expect(try await client.get("/name")["Content-Type"] == "application/octet-stream")
            let empty = try await client.get("/empty.txt")
            #expect(empty.status == 200)
            #expect(empty.content.isEmpty)
        }
    }

    @Test(arguments: Transport.allCases)
    func `HEAD has the fields of GET`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            for path in ["/a.txt", "/large.bin"] {
                let get = try await client.get(path)
                let head = try await client.head(path)
                #expect(head.content.isEmpty)
                for field in ["Content-Length", "Content-Type", "ETag", "Last-Modified"] {
                    #expect(head[field] == get[field])
                }
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `a large file is sent whole, and any part of it`(over transport: Transport) async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try await app().test(over: transport) { client async throws in
            let reply = try await client.get("/large.bin")
            #expect(reply.content == bytes)
            #expect(reply["Content-Length"] == "300000")
            let part = try await client.get("/large.bin", headers: ["Range": "bytes=70000-270000"])
            #expect(part.status == 206)
            #expect(part["Content-Range"] == "bytes 70000-270000/300000")
            #expect(part.content == Array(bytes[70_000...270_000]))
        }
    }

    @Test(arguments: [
        ("/", "<p>home"), ("/sub%20dir", "<p>sub"), ("/sub%20dir/", "<p>sub"), ("//a.txt", "hello"),
        ("/%61.txt", "hello"),
        ("/a.txt?x=1", "hello"), ("/sub%20dir%2Findex.html", "<p>sub"),
    ])
    func `paths are decoded once and folders answer with their index`(path: String, text: String) async throws {
        try await app().test { client async throws in #expect(try await client.get(path).text == text) }
    }

    @Test(arguments: [
        "/missing", "/a.txt/", "/a.txt/x", "/.env", "/.hidden/x.txt", "/.hidden", "/%2eenv", "/%2561.txt",
        "/" + String(repeating: "x", count: 300), "/./a.txt",
    ])
    func `misses and hidden files fall through`(path: String) async throws {
        try await app().test { client async throws in #expect(try await client.get(path).text == "downstream") }
    }

    @Test(arguments: [
        ("/../outside.txt", 403), ("/%2e%2e/outside.txt", 403), ("/..%2foutside.txt", 403), ("/sub/../../x", 403),
        ("/..%5coutside.txt", 403), ("/..\\outside.txt", 403), ("/%", 400), ("/%zz", 400), ("/a.txt%00", 400),
        ("/%00", 400), ("/%ff", 400), ("/%c0%ae%c0%ae/outside.txt", 400),
    ])
    func `what tries to leave the folder is refused`(path: String, status: Int) async throws {
        for transport in Transport.allCases {
            try await app().test(over: transport) { client async throws in
                let reply = try await client.get(path)
                #expect(reply.status == status)
                #expect(!reply.text.contains("secret"))
            }
        }
    }

    @Test func `links are followed within the folder and not out of it`() async throws {
        try folder.link("site/in.txt", to: "a.txt")
        try folder.link("site/out.txt", to: "../outside.txt")
        try folder.link("site/up", to: "..")
        // Its path begins with that of the folder, and it is beside it.
        try folder.write("secret".utf8, to: "site-secret.txt")
        try folder.link("site/beside.txt", to: "../site-secret.txt")
        try folder.link("site/loop", to: "loop")
        try folder.link("current", to: "site")
        try await app(root: "current").test { client async throws in
            #expect(try await client.get("/in.txt").text == "hello")
            for path in ["/out.txt", "/up/outside.txt", "/beside.txt", "/loop"] {
                #expect(try await client.get(path).text == "downstream")
            }
        }
    }

    @Test func `other methods and other prefixes pass on`() async throws {
        var options = StaticFiles.Options()
        options.prefix = "/assets"
        try await app(options).test { client async throws in
            #expect(try await client.get("/assets/a.txt").text == "hello")
            #expect(try await client.get("/assets").text == "<p>home")
            for path in ["/assetsa.txt", "/a.txt"] { #expect(try await client.get(path).text == "downstream") }
            #expect(try await client.post("/assets/a.txt").text == "downstream")
        }
    }

    @Test func `deferred, files are for what downstream left unanswered`() async throws {
        var options = StaticFiles.Options()
        options.isDeferred = true
        let app = Application.quiet()
        app.use(StaticFiles("\(folder.path)/site", options: options))
        app.use { ctx, _ in if ctx.path == "/name" { ctx.body = .text("downstream") } }
        try await app.test { client async throws in
            #expect(try await client.get("/name").text == "downstream")
            #expect(try await client.get("/a.txt").text == "hello")
            #expect(try await client.get("/missing").status == 404)
        }
    }

    @Test(arguments: Transport.allCases)
    func `a compressed stand-in is for those who take it`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            let plain = try await client.get("/app.js")
            #expect(plain.text == "var a")
            #expect(plain["Vary"] == "Accept-Encoding")
            let brotli = try await client.get("/app.js", headers: ["Accept-Encoding": "gzip, br"])
            #expect(brotli["Content-Encoding"] == "br")
            #expect(brotli.text == "made elsewhere")
            let gzip = try await client.get("/app.js", headers: ["Accept-Encoding": "gzip, br;q=0"])
            #expect(gzip["Content-Encoding"] == "gzip")
            #expect(gzip["Content-Type"] == "text/javascript; charset=utf-8")
            #expect(String(decoding: try gzip.content.inflated(.gzip), as: UTF8.self) == "var a")
            #expect(gzip["ETag"] != plain["ETag"])
            let refused = try await client.get("/app.js", headers: ["Accept-Encoding": "gzip;q=0"])
            #expect(refused["Content-Encoding"] == nil)
            #expect(try await client.get("/a.txt", headers: ["Accept-Encoding": "gzip"])["Content-Encoding"] == nil)
        }
    }

    @Test(arguments: Transport.allCases)
    func `a client with the same copy is answered 304`(over transport: Transport) async throws {
        var options = StaticFiles.Options()
        options.maximumAge = .seconds(3_600)
        options.isImmutable = true
        try await app(options).test(over: transport) { client async throws in
            let first = try await client.get("/a.txt")
            #expect(first["Cache-Control"] == "max-age=3600, immutable")
            let tag = try #require(first["ETag"])
            let date = try #require(first["Last-Modified"])
            for headers: HTTPHeaders in [["If-None-Match": tag], ["If-Modified-Since": date]] {
                let reply = try await client.get("/a.txt", headers: headers)
                #expect(reply.status == 304)
                #expect(reply.content.isEmpty)
                #expect(reply["ETag"] == tag)
                #expect(reply["Content-Length"] == nil)
            }
            #expect(try await client.get("/a.txt", headers: ["If-None-Match": "\"other\""]).status == 200)
        }
    }

    @Test(arguments: [
        ("bytes=0-0", 206, "h", "bytes 0-0/5"), ("bytes=1-", 206, "ello", "bytes 1-4/5"),
        ("bytes=-2", 206, "lo", "bytes 3-4/5"), ("bytes=-99", 206, "hello", "bytes 0-4/5"),
        ("bytes=2-99999999999999999999", 206, "llo", "bytes 2-4/5"), ("BYTES=4-4", 206, "o", "bytes 4-4/5"),
        ("bytes=5-", 416, "Range Not Satisfiable", "bytes */5"),
        ("bytes=-0", 416, "Range Not Satisfiable", "bytes */5"),
        ("bytes=99999999999999999999-", 416, "Range Not Satisfiable", "bytes */5"),
        ("bytes=3-2", 200, "hello", nil), ("bytes=0-0,2-2", 200, "hello", nil), ("lines=0-0", 200, "hello", nil),
        ("bytes=-", 200, "hello", nil), ("bytes=", 200, "hello", nil), ("bytes=+1-2", 200, "hello", nil),
        ("bytes=a-b", 200, "hello", nil), ("0-1", 200, "hello", nil),
    ])
    func `a range is answered with that part`(range: String, status: Int, text: String, field: String?) async throws {
        try await app().test { client async throws in
            let reply = try await client.get("/a.txt", headers: ["Range": range])
            #expect(reply.status == status)
            #expect(reply.text == text)
            #expect(reply["Content-Range"] == field)
            #expect(try await client.head("/a.txt", headers: ["Range": range]).status == 200)
        }
    }

    @Test func `a range of another copy is answered with the whole`() async throws {
        try await app().test { client async throws in
            let first = try await client.get("/a.txt")
            let date = try #require(first["Last-Modified"])
            let tag = try #require(first["ETag"])
            for (condition, status) in [(date, 206), ("Sun, 06 Nov 1994 08:49:37 GMT", 200), (tag, 200)] {
                let reply = try await client.get("/a.txt", headers: ["Range": "bytes=0-0", "If-Range": condition])
                #expect(reply.status == status)
            }
        }
    }

    @Test func `koa 4.10 a file is closed once it is sent, refused or left by its client`() async throws {
        try folder.write(repeatElement(1, count: 20_000_000), to: "site/huge.bin")
        try await app().test(over: .socket) { client async throws in
            let tag = try #require(try await client.get("/a.txt")["ETag"])
            _ = try await client.get("/a.txt", headers: ["If-None-Match": tag])
            _ = try await client.get("/large.bin", headers: ["Range": "bytes=999999-"])
            _ = try await client.get("/large.bin")
            _ = try await client.head("/large.bin")
        }
        try await app().serve { connection in
            try await connection.send("GET /huge.bin HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await connection.read(1_000)
            #expect(try folder.openFiles == ["site/huge.bin"])
            try await connection.reset()
            while try !folder.openFiles.isEmpty { await Task.yield() }
        }
        while try !folder.openFiles.isEmpty { await Task.yield() }
    }

    @Test func `no path names anything but a file below the folder`() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "..", ".", "/", "\\", "%2e", "%2F", "%5c", "%00", "%", "a", "%c0%ae", "%252e", ";", "?", "~", " ",
        ]
        var found = 0
        for _ in 0..<50_000 {
            let path = "/" + (0..<8).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let parsed = try? StaticPath(path, StaticFiles.Options()) else { continue }
            found += 1
            for segment in parsed.segments {
                #expect(!segment.isEmpty && !segment.hasPrefix("."))
                #expect(!segment.utf8.contains { [0, UInt8(ascii: "/"), UInt8(ascii: "\\")].contains($0) })
            }
        }
        #expect(found > 100)
    }
}
