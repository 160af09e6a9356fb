import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct RequestBytesTests {
    private func app(upTo limit: Int = 1_000) -> Application {
        let app = Application.quiet()
        app.use { ctx, _ in
            switch ctx.path {
            case "/text": ctx.body = .text(try await ctx.request.text(upTo: limit))
            case "/json": ctx.body = .json(try await ctx.request.json(upTo: limit))
            case "/form": ctx.body = .text(try await ctx.request.form(upTo: limit).all("a").joined(separator: "|"))
            case "/decode":
                struct Fields: Decodable { var a: Int }
                ctx.body = .text("\(try await ctx.request.decodeForm(Fields.self, upTo: limit).a)")
            case "/twice":
                let json = try await ctx.request.json(upTo: limit)
                let first = try await ctx.request.bytes(upTo: limit)
                let second = try await ctx.request.bytes(upTo: limit)
                #expect(first == second)
                #expect(try JSONValue(parsing: first) == json)
                ctx.body = .bytes(second)
            default: ctx.body = .bytes(try await ctx.request.bytes(upTo: limit))
            }
        }
        return app
    }

    private static let form: HTTPHeaders = ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"]

    @Test(arguments: Transport.allCases)
    func `koa 4.24 a body is read where it is wanted, as what it is`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            #expect(try await client.post("/text", body: "你好").text == "你好")
            #expect(try await client.post("/form", headers: Self.form, body: "a=1&b=2&a=%26").text == "1|&")
            #expect(try await client.post("/decode", headers: Self.form, body: "a=12").text == "12")
            #expect(try await client.delete("/json", body: .json(["a": 1])).json() == ["a": 1])
            #expect(try await client.post("/text").text == "")
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 4.24 a body that was read stays as it is`(over transport: Transport) async throws {
        let text = "{ \"a\" :1}"
        let json: HTTPHeaders = ["Content-Type": "application/json"]
        try await app().test(over: transport) { client async throws in
            #expect(try await client.post("/twice", headers: json, body: .text(text)).text == text)
            let gzip: HTTPHeaders = ["Content-Type": "application/json", "Content-Encoding": "gzip"]
            let body = TestBody.bytes(try Array(text.utf8).deflated(.gzip))
            #expect(try await client.post("/twice", headers: gzip, body: body).text == text)
        }
    }

    @Test(arguments: Transport.allCases, ["gzip", "x-gzip", "GZIP", "deflate", "identity, gzip"])
    func `a coded body is inflated`(over transport: Transport, encoding: String) async throws {
        let coding: ContentCoding = encoding == "deflate" ? .deflate : .gzip
        try await app().test(over: transport) { client async throws in
            let headers: HTTPHeaders = ["Content-Encoding": encoding]
            let body = TestBody.bytes(try Array("inflate me".utf8).deflated(coding))
            #expect(try await client.post("/text", headers: headers, body: body).text == "inflate me")
            #expect(try await client.post("/text", headers: headers).text == "")
        }
    }

    @Test(arguments: Transport.allCases)
    func `the limit holds for what was sent and for what comes out`(over transport: Transport) async throws {
        try await app(upTo: 100).test(over: transport) { client async throws in
            for (size, status) in [(100, 200), (101, 413), (50_000, 413)] {
                let bytes = [UInt8](repeating: 97, count: size)
                #expect(try await client.post("/", body: .bytes(bytes)).status == status)
                for coding in [ContentCoding.gzip, .deflate] {
                    let headers: HTTPHeaders = ["Content-Encoding": coding.rawValue]
                    let reply = try await client.post("/", headers: headers, body: .bytes(try bytes.deflated(coding)))
                    #expect(reply.status == status)
                }
            }
        }
    }

    @Test func `a bomb is 413 though its limit is large`() async throws {
        let bomb = try [UInt8](repeating: 0, count: 10_000_000).deflated(.gzip)
        try await app(upTo: 100_000_000).test { client async throws in
            let reply = try await client.post("/", headers: ["Content-Encoding": "gzip"], body: .bytes(bomb))
            #expect(reply.status == 413)
        }
    }

    @Test(arguments: Transport.allCases, ["br", "gzip, gzip", "gzip;q=1", "compress"])
    func `an unknown coding is 415 and says what there is`(over transport: Transport, encoding: String) async throws {
        try await app().test(over: transport) { client async throws in
            let reply = try await client.post("/", headers: ["Content-Encoding": encoding], body: "x")
            #expect(reply.status == 415)
            #expect(reply["Accept-Encoding"] == "gzip, deflate")
        }
    }

    @Test func `what is not of its coding or not UTF-8 is 400`() async throws {
        try await app().test { client async throws in
            let headers: HTTPHeaders = ["Content-Encoding": "gzip"]
            #expect(try await client.post("/", headers: headers, body: "plain").status == 400)
            let whole = try Array("abc".utf8).deflated(.gzip)
            #expect(try await client.post("/", headers: headers, body: .bytes(Array(whole.dropLast()))).status == 400)
            #expect(try await client.post("/text", body: .bytes([0xC3])).status == 400)
        }
    }

    @Test func `a form of another type is 415`() async throws {
        try await app().test { client async throws in
            #expect(try await client.post("/form", body: "a=1").status == 415)
            #expect(try await client.post("/form", headers: ["Content-Type": "text/plain"], body: "a=1").status == 415)
        }
    }
}
