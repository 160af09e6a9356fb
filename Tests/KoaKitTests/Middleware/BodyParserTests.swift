import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct BodyParserTests {
    private func app(_ options: BodyParser.Options = BodyParser.Options()) -> Application {
        let app = Application.quiet()
        app.use { ctx, next in
            if ctx.path == "/disabled" { ctx.state[BodyParser.IsDisabled.self] = true }
            if ctx.path == "/parsed" { ctx.parsedBody = .text("earlier") }
            try await next()
        }
        app.use(BodyParser(options))
        app.use(BodyParser(options))
        app.use { ctx, _ in
            switch ctx.parsedBody {
            case .json(let value): ctx.body = .text("json \(value.text)")
            case .form(let form): ctx.body = .text("form \(form["a"] ?? "-")")
            case .text(let text): ctx.body = .text("text \(text)")
            case .multipart(let form): ctx.body = .text("multipart \(form.fields["a"] ?? "-")")
            case .unparsed: ctx.body = .text("unparsed")
            case nil: ctx.body = .text("nothing")
            }
        }
        return app
    }

    private func send(
        _ body: TestBody, _ type: String?, _ method: HTTPMethod = .POST, _ path: String = "/",
        to app: Application, over transport: Transport = .inProcess
    ) async throws -> TestReply {
        try await app.test(over: transport) { client async throws in
            try await client.request(method, path, headers: type.map { ["Content-Type": $0] } ?? [:], body: body)
        }
    }

    @Test(arguments: Transport.allCases)
    func `JSON and forms are parsed by their type`(over transport: Transport) async throws {
        for (body, type, parsed) in [
            ("{\"a\":1}", "application/json", "json {\"a\":1}"),
            (" [1]", "application/json; charset=utf-8;", "json [1]"),
            ("{}", "application/vnd.api+json", "json {}"), ("{}", "application/json-patch+json", "json {}"),
            ("{}", "application/csp-report", "json {}"), ("", "application/json", "json {}"),
            ("a=1+2", "application/x-www-form-urlencoded", "form 1 2"), ("a=1", "text/plain", "unparsed"),
            ("a=1", "application/xml", "unparsed"), ("a=1", nil, "unparsed"),
            ("{", "application/javascript", "unparsed"),
        ] as [(String, String?, String)] {
            #expect(try await send(.text(body), type, to: app(), over: transport).text == parsed)
        }
    }

    @Test(arguments: [
        (HTTPMethod.POST, "json {}"), (.PUT, "json {}"), (.PATCH, "json {}"), (.GET, "nothing"), (.DELETE, "nothing"),
    ])
    func `only POST, PUT and PATCH are parsed`(method: HTTPMethod, parsed: String) async throws {
        #expect(try await send("{}", "application/json", method, to: app()).text == parsed)
    }

    @Test(arguments: ["1", "\"secret\"", "null", "  true", "{\"secret\":", "[1,]", "{\"__proto__\":1,\"__proto__\":2}"])
    func `what is not strict JSON is 400 and not echoed`(text: String) async throws {
        let reply = try await send(.text(text), "application/json", to: app())
        #expect(reply.status == 400)
        #expect(!reply.text.contains("secret") && !reply.text.contains("proto"))
        #expect(reply.text.hasPrefix("the body"))
    }

    @Test func `koa 4.13 no body, an empty object and null are told apart`() async throws {
        var options = BodyParser.Options()
        options.isStrict = false
        for (text, type, parsed) in [
            ("null", "application/json", "json null"), ("{}", "application/json", "json {}"), ("", nil, "unparsed"),
        ] as [(String, String?, String)] {
            #expect(try await send(.text(text), type, to: app(options)).text == parsed)
        }
    }

    @Test func `without strictness any JSON will do`() async throws {
        var options = BodyParser.Options()
        options.isStrict = false
        options.jsonTypes = ["text/json"]
        #expect(try await send("1", "text/json", to: app(options)).text == "json 1")
        #expect(try await send("1", "text/json", to: app()).text == "unparsed")
    }

    @Test(arguments: [
        ("application/json", 1_048_576), ("application/x-www-form-urlencoded", 57_344), ("text/plain", 1_048_576),
    ])
    func `each kind has its limit`(type: String, limit: Int) async throws {
        var options = BodyParser.Options()
        options.kinds.insert(.text)
        for (size, status) in [(limit, 200), (limit + 1, 413)] {
            let text = "[\"" + String(repeating: "x", count: size - 4) + "\"]"
            #expect(try await send(.text(text), type, to: app(options)).status == status)
        }
    }

    @Test(arguments: Transport.allCases)
    func `text and multipart are parsed when they are enabled`(over transport: Transport) async throws {
        var options = BodyParser.Options()
        options.kinds = [.text, .multipart]
        let multipart = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--"
        for (body, type, parsed) in [
            ("hello", "text/plain", "text hello"), (multipart, "multipart/form-data; boundary=b", "multipart 1"),
            ("{}", "application/json", "unparsed"),
        ] {
            #expect(try await send(.text(body), type, to: app(options), over: transport).text == parsed)
        }
    }

    @Test func `a body that was parsed or must not be is left alone`() async throws {
        #expect(try await send("{}", "application/json", .POST, "/disabled", to: app()).text == "nothing")
        #expect(try await send("{}", "application/json", .POST, "/parsed", to: app()).text == "text earlier")
    }

    @Test func `an error can be taken over`() async throws {
        var options = BodyParser.Options()
        options.onError = { error, ctx in
            guard HTTPError(error).status == 400 else { throw error }
            ctx.parsedBody = .text("bad")
        }
        options.jsonLimit = 10
        #expect(try await send("{", "application/json", to: app(options)).text == "text bad")
        #expect(try await send("[1,2,3,4,5,6,7,8]", "application/json", to: app(options)).status == 413)
    }
}
