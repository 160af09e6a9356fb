import Crypto
import FoundationEssentials
import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CookieTests {
    private static func settings(
        _ environment: Application.Environment = .development, keys: [String] = []
    ) -> Application.Settings {
        var settings = Application.Settings()
        settings.environment = environment
        settings.keys = keys.map { CookieKey($0) }
        settings.trustedProxies = .hops(1)
        return settings
    }

    /// The `Set-Cookie` lines of a handler's reply.
    private func lines(
        _ settings: Application.Settings = settings(),
        headers: HTTPHeaders = [:],
        over transport: Transport = .socket,
        _ handler: @escaping @Sendable (Context) throws -> Void
    ) async throws -> [String] {
        let app = Application.quiet()
        app.settings = settings
        app.use { ctx, _ in
            ctx.body = .text("")
            try handler(ctx)
        }
        return try await app.test(over: transport) { try await $0.get("/", headers: headers).headers["set-cookie"] }
    }

    private func signature(of text: String, _ key: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
        return Data(code).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    @Test(arguments: [
        ("a=1; b=2", "a", "1"), ("a=1; b=2", "b", "2"), ("ab=1", "a", "nil"), ("a=\"q\"", "a", "q"), ("a=", "a", ""),
        ("a=b=c;d", "a", "b=c"), ("", "a", "nil"), ("A=1", "a", "nil"), ("a=1; a=2", "a", "1"), ("a", "a", "nil"),
    ])
    func `koa 1.75 get reads the first cookie of its name`(sent: String, name: String, expected: String) async throws {
        #expect(try await ask(headers: ["Cookie": sent]) { $0.cookies.get(name) ?? "nil" } == expected)
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.75 a cookie is for this host, all paths and no script`(over transport: Transport) async throws {
        let set = try await lines(over: transport) { try $0.cookies.set("name", "value") }
        #expect(set == ["name=value; path=/; httponly"])
    }

    @Test(arguments: [("https", " secure;"), ("http", "")])
    func `koa 1.75 in development secure follows the request, behind a proxy too`(scheme: String, expected: String)
        async throws
    {
        let set = try await lines(headers: ["X-Forwarded-Proto": scheme]) { try $0.cookies.set("a", "b") }
        #expect(set == ["a=b; path=/;\(expected) httponly"])
    }

    @Test func `koa 4.26 outside development a cookie is secure and lax unless told otherwise`() async throws {
        let set = try await lines(Self.settings(.production)) { ctx in
            try ctx.cookies.set("a", "b")
            var options = CookieOptions()
            (options.isSecure, options.sameSite) = (false, CookieOptions.SameSite.none)
            try ctx.cookies.set("c", "d", options)
        }
        #expect(set == ["a=b; path=/; samesite=lax; secure; httponly", "c=d; path=/; samesite=none; httponly"])
    }

    @Test func `koa 1.75 every attribute can be set, and an empty value expires`() async throws {
        let set = try await lines { ctx in
            var options = CookieOptions()
            options.path = "/a"
            options.domain = "example.com"
            options.isHTTPOnly = false
            options.sameSite = .strict
            options.priority = .high
            options.isPartitioned = true
            try ctx.cookies.set("a", "b", options)
            try ctx.cookies.remove("c")
            options = CookieOptions()
            options.maxAge = .seconds(3600)
            try ctx.cookies.set("d", "e", options)
        }
        #expect(set[0] == "a=b; path=/a; domain=example.com; priority=high; samesite=strict; partitioned")
        #expect(set[1] == "c=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly")
        #expect(set[2].hasPrefix("d=e; path=/; expires=") && set[2].hasSuffix(" GMT; httponly"))
    }

    @Test(arguments: ["", "a b", "a;b", "a=b", "a\r\nX-B: c", "名"])
    func `koa 1.76 a bad name is refused`(name: String) async throws {
        _ = try await lines { ctx in
            #expect(throws: CookieError(code: .invalidName)) { try ctx.cookies.set(name, "a") }
        }
    }

    @Test(arguments: ["a;b", "a\r\nX-B: c", "a\u{0}", "名", " a", "a ", "a\tb"])
    func `koa 1.76 a bad value is refused`(value: String) async throws {
        let set = try await lines(Self.settings(keys: ["k"])) { ctx in
            #expect(throws: CookieError(code: .invalidValue)) { try ctx.cookies.set("a", value) }
        }
        #expect(set.isEmpty)
    }

    @Test func `koa 1.76 bad paths and domains are refused`() async throws {
        _ = try await lines { ctx in
            for path in ["", "a", "/a;b", "/\r\n", "/名"] {
                var options = CookieOptions()
                options.path = path
                #expect(throws: CookieError(code: .invalidPath)) { try ctx.cookies.set("a", "b", options) }
            }
            for domain in ["", "a b", "a;b", "a.com; secure", "a.com:80", "x@a.com", "a\r\n", "名.com"] {
                var options = CookieOptions()
                options.domain = domain
                #expect(throws: CookieError(code: .invalidDomain)) { try ctx.cookies.set("a", "b", options) }
            }
        }
    }

    @Test func `koa 1.76 secure is refused on a request that is not`() async throws {
        var options = CookieOptions()
        options.isSecure = true
        _ = try await lines { [options] ctx in
            #expect(throws: CookieError(code: .insecureRequest)) { try ctx.cookies.set("a", "b", options) }
        }
        let set = try await lines(headers: ["X-Forwarded-Proto": "https"]) { [options] ctx in
            try ctx.cookies.set("a", "b", options)
        }
        #expect(set == ["a=b; path=/; secure; httponly"])
    }

    @Test func `koa 1.77 a signed cookie is a second one, an HMAC-SHA256 under the first key`() async throws {
        let set = try await lines(Self.settings(keys: ["first", "second"])) { try $0.cookies.set("a", "b") }
        let code = signature(of: "a=b", "first")
        #expect(code.count == 43)
        #expect(set == ["a=b; path=/; httponly", "a.sig=\(code); path=/; httponly"])
    }

    @Test(arguments: ["\"b\"", "\"", "{\"a\":1}", "b"])
    func `koa 1.77, 1.79 a signed value comes back as it was, but for quotes around it`(value: String) async throws {
        let settings = Self.settings(keys: ["k"])
        let set = try await lines(settings) { try $0.cookies.set("a", value) }
        let sent = set.map { String($0.prefix { $0 != ";" }) }.joined(separator: "; ")
        let read = try await ask(headers: ["Cookie": sent], settings: settings) { $0.cookies.get("a") ?? "nil" }
        #expect(read == (value == "\"b\"" ? "b" : value))
    }

    @Test func `koa 1.77 a signature without keys is refused`() async throws {
        _ = try await lines(headers: ["Cookie": "a=b"]) { ctx in
            var options = CookieOptions()
            options.isSigned = true
            #expect(throws: CookieError(code: .noKeys)) { try ctx.cookies.set("a", "b", options) }
            #expect(throws: CookieError(code: .noKeys)) { try ctx.cookies.get("a", signed: true) }
        }
    }

    @Test func `koa 1.78 with keys every get verifies unless told otherwise`() async throws {
        let settings = Self.settings(keys: ["k"])
        let good = signature(of: "a=b", "k")
        for (cookie, expected) in [
            ("a=b; a.sig=\(good)", "b"), ("a=c; a.sig=\(good)", "nil"), ("a=b", "nil"), ("a=b; a.sig=", "nil"),
            ("a=b; a.sig=\(good)=", "nil"), ("a=b; a.sig=\(good.dropLast())", "nil"), ("x=b; x.sig=\(good)", "nil"),
            ("a=b; a.sig=\(signature(of: "a=b", "other"))", "nil"),
        ] {
            let answer = try await ask(headers: ["Cookie": cookie], settings: settings) { ctx in
                let bare = try ctx.cookies.get("a", signed: false)
                #expect(bare == (cookie.hasPrefix("x") ? nil : cookie.hasPrefix("a=b") ? "b" : "c"))
                let checked = try ctx.cookies.get("a", signed: true)
                #expect(checked == ctx.cookies.get("a"))
                return ctx.cookies.get("a") ?? "nil"
            }
            #expect(answer == expected, "\(cookie)")
        }
    }

    @Test func `koa 1.79 keys rotate: an old one verifies and is replaced, an unknown one expires`() async throws {
        let settings = Self.settings(keys: ["new", "old"])
        let old = try await lines(settings, headers: ["Cookie": "a=b; a.sig=\(signature(of: "a=b", "old"))"]) { ctx in
            #expect(ctx.cookies.get("a") == "b")
            #expect(ctx.cookies.get("a") == "b")
        }
        #expect(old == ["a.sig=\(signature(of: "a=b", "new")); path=/; httponly"])
        let unknown = try await lines(settings, headers: ["Cookie": "a=b; a.sig=\(signature(of: "a=b", "x"))"]) { ctx in
            #expect(ctx.cookies.get("a") == nil)
        }
        #expect(unknown == ["a.sig=; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly"])
        let missing = try await lines(settings, headers: ["Cookie": "a=b"]) { #expect($0.cookies.get("a") == nil) }
        #expect(missing.isEmpty)
        let known = try await lines(settings, headers: ["Cookie": "a=b; a.sig=\(signature(of: "a=b", "new"))"]) {
            #expect($0.cookies.get("a") == "b")
        }
        #expect(known.isEmpty)
    }

    @Test func `koa 1.80 cookies of one name accumulate unless one overwrites`() async throws {
        let several = try await lines { ctx in
            try ctx.cookies.set("a", "1")
            try ctx.cookies.set("a", "2")
        }
        #expect(several.count == 2)
        let one = try await lines(Self.settings(keys: ["k"])) { ctx in
            var options = CookieOptions()
            options.overwrites = true
            try ctx.cookies.set("ab", "1")
            try ctx.cookies.set("a", "1")
            try ctx.cookies.set("a", "2", options)
        }
        #expect(
            one.map { String($0.prefix { $0 != ";" }) } == [
                "ab=1", "ab.sig=\(signature(of: "ab=1", "k"))", "a=2", "a.sig=\(signature(of: "a=2", "k"))",
            ])
    }

    @Test func `koa 1.80 the cookies of a context can be replaced`() async throws {
        let set = try await lines { ctx in
            ctx.cookies = Cookies(of: ctx, keys: [CookieKey("own")])
            try ctx.cookies.set("a", "b")
        }
        #expect(set.last == "a.sig=\(signature(of: "a=b", "own")); path=/; httponly")
    }

    @Test(arguments: [true, false])
    func `a cookie is sent with an error reply only if it survives`(survives: Bool) async throws {
        let set = try await lines(Self.settings(keys: ["k"])) { ctx in
            var options = CookieOptions()
            options.survivesError = survives
            try ctx.cookies.set("a", "b", options)
            throw HTTPError(400)
        }
        #expect(set.count == (survives ? 2 : 0))
    }

    @Test func `a key shows itself nowhere`() {
        var shown = ""
        dump(CookieKey("hunter2"), to: &shown)
        #expect(!(shown + "\(CookieKey("hunter2"))" + String(reflecting: CookieKey("hunter2"))).contains("hunter2"))
    }
}
