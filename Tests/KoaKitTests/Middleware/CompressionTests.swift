import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct CompressionTests {
    private static let text = String(repeating: "compress me ", count: 200)

    private func app(_ handler: @escaping Handler) -> Application {
        let app = Application.quiet()
        app.use(Compression())
        app.use(handler)
        return app
    }

    @Test(arguments: Transport.allCases)
    func `text, bytes, JSON and streams are compressed`(over transport: Transport) async throws {
        let app = app { ctx, _ in
            switch ctx.path {
            case "/text": ctx.body = .text(Self.text)
            case "/json": ctx.body = .json(.array([.string(Self.text)]))
            case "/large": ctx.body = .text(String(repeating: Self.text, count: 200))
            default:
                ctx.type = "text/plain"
                let pieces = Self.text.utf8.split(separator: UInt8(ascii: " ")).map { ByteBuffer(bytes: $0) }
                ctx.body = .stream(ResponseStream { for piece in pieces { try await $0.write(piece) } })
            }
        }
        try await app.test(over: transport) { client async throws in
            for path in ["/text", "/json", "/large", "/stream"] {
                let plain = try await client.get(path)
                #expect(plain["Content-Encoding"] == nil)
                #expect(plain["Vary"] == "Accept-Encoding")
                for coding in [ContentCoding.gzip, .deflate] {
                    let reply = try await client.get(path, headers: ["Accept-Encoding": coding.rawValue])
                    #expect(reply["Content-Encoding"] == coding.rawValue)
                    #expect(reply["Vary"] == "Accept-Encoding")
                    #expect(reply["Content-Type"] == plain["Content-Type"])
                    #expect(try reply.content.inflated(coding) == plain.content)
                    #expect(path == "/stream" || reply.content.count < plain.content.count / 5)
                }
            }
        }
    }

    @Test(arguments: [
        ("gzip, deflate", "gzip"), ("deflate;q=0.5, gzip;q=0.4", "deflate"), ("br, gzip", "gzip"), ("*", "gzip"),
        ("gzip;q=0, *;q=0.5", "deflate"), ("gzip;q=0.2, identity", nil), ("br", nil), ("identity", nil), ("", nil),
        ("x-unknown, gzip;q=0", nil),
    ])
    func `the client's qualities choose the coding`(accepted: String, coding: String?) async throws {
        try await app { ctx, _ in ctx.body = .text(Self.text) }.test { client async throws in
            let reply = try await client.get("/", headers: ["Accept-Encoding": accepted])
            #expect(reply.status == 200)
            #expect(reply["Content-Encoding"] == coding)
        }
    }

    @Test(arguments: ["identity;q=0, br", "*;q=0", "identity;q=0;gzip;q=0"])
    func `406 when identity is refused and nothing else fits`(accepted: String) async throws {
        try await app { ctx, _ in ctx.body = .text(Self.text) }.test { client async throws in
            let reply = try await client.get("/", headers: ["Accept-Encoding": accepted])
            #expect(reply.status == 406)
        }
    }

    @Test func `what would not gain or must stay as it is stays`() async throws {
        let app = app { ctx, _ in
            ctx.body = .text(Self.text)
            switch ctx.path {
            case "/short": ctx.body = .text(String(repeating: "x", count: 1_023))
            case "/threshold": ctx.body = .text(String(repeating: "x", count: 1_024))
            case "/image": ctx.type = "image/png"
            case "/encoded": ctx.set("Content-Encoding", "br")
            case "/no-transform": ctx.set("Cache-Control", "public, No-Transform")
            case "/part":
                ctx.status = 206
                ctx.set("Content-Range", "bytes 0-2399/9999")
            case "/refused": ctx.state[Compression.Choice.self] = false
            case "/chosen":
                ctx.type = "image/png"
                ctx.state[Compression.Choice.self] = true
            case "/empty": ctx.body = .empty
            case "/unset": ctx.body = .unset
            case "/stream":
                ctx.type = "text/plain"
                ctx.body = .stream(ResponseStream(contentLength: 1) { try await $0.write(ByteBuffer(string: "x")) })
            default: break
            }
        }
        try await app.test { client async throws in
            let untouched = [
                "/short", "/image", "/encoded", "/no-transform", "/part", "/refused", "/empty", "/unset", "/stream",
            ]
            for path in untouched {
                let plain = try await client.get(path)
                let reply = try await client.get(path, headers: ["Accept-Encoding": "gzip"])
                #expect(reply["Content-Encoding"] != "gzip", "\(path)")
                #expect(reply.content == plain.content)
            }
            for path in ["/threshold", "/chosen", "/"] {
                let reply = try await client.get(path, headers: ["Accept-Encoding": "gzip"])
                #expect(reply["Content-Encoding"] == "gzip", "\(path)")
            }
            #expect(try await client.head("/", headers: ["Accept-Encoding": "gzip"])["Content-Encoding"] == nil)
        }
    }

    @Test func `a compressed content is another representation`() async throws {
        let app = app { ctx, _ in
            ctx.body = .text(Self.text)
            ctx.etag = "abc"
            ctx.set("Accept-Ranges", "bytes")
        }
        try await app.test { client async throws in
            let reply = try await client.get("/", headers: ["Accept-Encoding": "gzip"])
            #expect(reply["ETag"] == "W/\"abc\"")
            #expect(reply["Accept-Ranges"] == nil)
            #expect(try await client.get("/")["ETag"] == "\"abc\"")
        }
    }

    @Test func `a write of a stream reaches the client before the next is made`() async throws {
        let read = Event()
        let app = app { ctx, _ in
            ctx.type = "text/event-stream"
            ctx.body = .stream(
                ResponseStream { writer in
                    try await writer.write(ByteBuffer(string: "data: 1\n\n"))
                    await read.wait()
                    try await writer.write(ByteBuffer(string: "data: 2\n\n"))
                })
        }
        try await app.serve { connection in
            try await connection.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
            var bytes: [UInt8] = []
            let inflater = try Inflater(.gzip, maximumRatio: 1_000)
            var text = ""
            while text != "data: 1\n\n" {
                bytes += try await connection.read(1)
                guard let chunk = Self.firstChunk(of: bytes) else { continue }
                var input = ByteBuffer(bytes: chunk)
                text = String(buffer: try #require(try inflater.inflate(&input)))
            }
            read.fire()
            _ = try await connection.read(1)
        }
    }

    /// The content of the first chunk, once it is there whole.
    private static func firstChunk(of bytes: [UInt8]) -> [UInt8]? {
        var buffer = ByteBuffer(bytes: bytes)
        let head = buffer.find(Array("\r\n\r\n".utf8))
        guard head.isWhole else { return nil }
        buffer.moveReaderIndex(forwardBy: head.offset + 4)
        let line = buffer.find(Array("\r\n".utf8))
        guard line.isWhole, let digits = buffer.readString(length: line.offset), let size = Int(digits, radix: 16),
            buffer.readableBytes >= size + 2
        else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return buffer.readBytes(length: size)
    }
}
