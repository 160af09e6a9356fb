import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestJSONTests {
    struct Login: Codable, Sendable {
        struct Device: Codable, Sendable { var model: String }
        var code: String
        var age: Int?
        var devices: [Device]?
        var ratio: Double?
        var isNew: Bool?
        var date: [String: Int]?
    }

    private func app() -> Application {
        let app = Application.quiet()
        app.shapeErrors { error, ctx in
            let error = HTTPError(error)
            ctx.body = .json([
                "message": .string(error.exposedMessage), "reason": .string(error.reason?.rawValue ?? ""),
            ])
        }
        app.use { ctx, _ in
            if ctx.path == "/json" {
                ctx.body = .json(try await ctx.request.json(upTo: 100))
            } else {
                let login: Login = try await ctx.request.decode(upTo: 1000)
                ctx.body = .text(login.code)
            }
        }
        return app
    }

    @Test(arguments: Transport.allCases)
    func `a body is decoded`(over transport: Transport) async throws {
        try await app().test(over: transport) { client async throws in
            #expect(try await client.post("/", body: .json(["code": "abc", "unknown": 1])).text == "abc")
            #expect(try await client.post("/json", body: .json([1, "a"])).json() == [1, "a"])
        }
    }

    /// But for a number that does not fit its type: Foundation does not say where it stood.
    @Test(arguments: [
        ("{}", "code is missing"), ("{\"code\":null}", "code must not be null"),
        ("{\"code\":5318008}", "code must be a string"),
        ("{\"code\":[]}", "code must be a string"), ("{\"code\":{}}", "code must be a string"),
        ("[]", "the body must be an object"),
        ("\"secret\"", "the body must be an object"),
        ("{\"code\":\"a\",\"age\":\"secret\"}", "age must be a whole number"),
        ("{\"code\":\"a\",\"age\":5318008.5}", "the body is not valid"),
        ("{\"code\":\"a\",\"age\":1e30}", "the body is not valid"),
        ("{\"code\":\"a\",\"ratio\":\"secret\"}", "ratio must be a number"),
        ("{\"code\":\"a\",\"isNew\":5318008}", "isNew must be true or false"),
        ("{\"code\":\"a\",\"devices\":\"secret\"}", "devices must be an array"),
        ("{\"code\":\"a\",\"devices\":[{\"model\":\"m\"},{\"model\":1}]}", "devices.1.model must be a string"),
        ("{\"code\":\"a\",\"devices\":[{}]}", "devices.0.model is missing"),
        ("{\"code\":\"a\",\"date\":\"secret\"}", "date must be an object"),
    ])
    func `a body that does not fit names the field and never the value`(body: String, message: String) async throws {
        try await app().test { client in
            let reply = try await client.post("/", headers: ["Content-Type": "application/json"], body: .text(body))
            #expect(reply.status == 400)
            #expect(try reply.json() == ["message": .string(message), "reason": "invalid_parameter"])
            #expect(!reply.text.contains("secret") && !reply.text.contains("5318008"))
        }
    }

    @Test(arguments: [
        "", "{", "nonsense", "{\"code\":\"a\",\"code\":\"b\"}", "{\"code\":\"a\"} x", "\u{feff}{\"code\":\"a\"}",
    ])
    func `what is not JSON is 400 and never echoed`(body: String) async throws {
        try await app().test { client in
            for path in ["/", "/json"] {
                let reply = try await client.post(
                    path, headers: ["Content-Type": "application/json"], body: .text(body))
                #expect(reply.status == 400)
                #expect(try reply.json()["reason"] == "malformed_body")
                #expect(!reply.text.contains("nonsense"))
            }
        }
    }

    @Test(arguments: ["text/plain", "", "application/jsonp", "application/x-www-form-urlencoded", "json", nil])
    func `another type is 415`(type: String?) async throws {
        try await app().test { client in
            let headers: HTTPHeaders = type.map { ["Content-Type": $0] } ?? [:]
            let reply = try await client.post("/", headers: headers, body: "{\"code\":\"a\"}")
            #expect(reply.status == 415)
            #expect(try reply.json()["reason"] == "unsupported_media_type")
        }
    }

    @Test(arguments: ["application/json", "APPLICATION/JSON ; charset=UTF-8", "application/vnd.api+json"])
    func `types of JSON are read`(type: String) async throws {
        try await app().test { client in
            let reply = try await client.post("/", headers: ["Content-Type": type], body: "{\"code\":\"a\"}")
            #expect(reply.text == "a")
        }
    }

    @Test(arguments: Transport.allCases, [100, 101])
    func `a body over the limit is 413`(over transport: Transport, size: Int) async throws {
        try await app().test(over: transport) { client in
            let text = "\"" + String(repeating: "x", count: size - 2) + "\""
            let reply = try await client.post("/json", headers: ["Content-Type": "application/json"], body: .text(text))
            #expect(reply.status == (size == 100 ? 200 : 413))
            if size > 100 { #expect(try reply.json()["reason"] == "payload_too_large") }
        }
    }
}
