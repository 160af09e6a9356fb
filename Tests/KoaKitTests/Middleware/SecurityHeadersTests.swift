import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SecurityHeadersTests {
    /// What helmet 8 sets by default.
    static let defaults = [
        "Content-Security-Policy": """
        default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';\
        img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';\
        style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests
        """,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Origin-Agent-Cluster": "?1",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-DNS-Prefetch-Control": "off",
        "X-Download-Options": "noopen",
        "X-Frame-Options": "SAMEORIGIN",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-XSS-Protection": "0",
    ]

    @Test(arguments: Transport.allCases)
    func `koa 4.2 helmet's defaults are on every reply, errors included`(over transport: Transport) async throws {
        let app = Application.quiet()
        app.use(SecurityHeaders())
        app.use { ctx, _ in
            ctx.set("X-Powered-By", "Swift")
            if ctx.path == "/error" { throw HTTPError(400) }
            ctx.body = .text("ok")
        }
        try await app.test(over: transport) { client async throws in
            for path in ["/", "/error"] {
                let reply = try await client.get(path)
                for (name, value) in Self.defaults { #expect(reply.headers[name] == [value], "\(name) of \(path)") }
                #expect(reply["Cross-Origin-Embedder-Policy"] == nil)
                #expect(reply["X-Powered-By"] == nil)
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `each field can be changed, switched off or set by a handler`(over transport: Transport) async throws {
        var options = SecurityHeaders.Options()
        options.frameOptions = "DENY"
        options.strictTransportSecurity = nil
        options.crossOriginEmbedderPolicy = "require-corp"
        options.contentSecurityPolicy = "default-src 'none'"
        options.onlyReportsContentSecurity = true
        options.hidesPoweredBy = false
        let app = Application.quiet()
        app.use(SecurityHeaders(options))
        app.use { ctx, _ in
            ctx.set("X-Powered-By", "Swift")
            ctx.set("Referrer-Policy", "origin")
            ctx.body = .text("ok")
        }
        try await app.test(over: transport) { client async throws in
            let reply = try await client.get("/")
            #expect(reply["X-Frame-Options"] == "DENY")
            #expect(reply["Strict-Transport-Security"] == nil)
            #expect(reply["Cross-Origin-Embedder-Policy"] == "require-corp")
            #expect(reply["Content-Security-Policy"] == nil)
            #expect(reply["Content-Security-Policy-Report-Only"] == "default-src 'none'")
            #expect(reply["X-Powered-By"] == "Swift")
            #expect(reply.headers["Referrer-Policy"] == ["origin"])
        }
    }
}
