import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedirectTests {
    private func reply(
        headers: HTTPHeaders = [:],
        over transport: Transport = .inProcess,
        _ handler: @escaping @Sendable (Context) -> Void
    ) async throws -> TestReply {
        let app = Application.quiet()
        app.use { ctx, _ in handler(ctx) }
        return try await app.test(over: transport) { try await $0.get("/", headers: headers) }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.66 redirect answers 302 and says where`(over transport: Transport) async throws {
        let html = try await reply(headers: ["Accept": "text/html"], over: transport) {
            $0.type = "json"
            $0.redirect(to: "/login?a=<b>&c")
        }
        #expect(html.status == 302)
        #expect(html["location"] == "/login?a=%3Cb%3E&c")
        #expect(html["content-type"] == "text/html; charset=utf-8")
        #expect(html.text == "Redirecting to /login?a=&lt;b&gt;&amp;c.")
        let text = try await reply(headers: ["Accept": "text/plain"], over: transport) { $0.redirect(to: "/<a>") }
        #expect(text["content-type"] == "text/plain; charset=utf-8")
        #expect(text.text == "Redirecting to /<a>.")
        #expect(try await reply(over: transport) { $0.redirect(to: "/") }["content-type"] == "text/html; charset=utf-8")
    }

    @Test(arguments: [
        ("http://google.com", "http://google.com/"), ("https://Google.COM/A", "https://google.com/A"),
        ("http://google.com?q=1", "http://google.com/?q=1"), ("http://google.com\\@a.com", "http://google.com/@a.com"),
        ("https:\\\\a.com\\b", "https://a.com/b"), ("https:////a.com", "https://a.com/"),
        ("h\nttp://a.com/\r\nb", "http://a.com/b"), (" http://a.com ", "http://a.com/"),
        ("http://a.com/x?y=\\z#\\", "http://a.com/x?y=%5Cz#%5C"), ("http://User@A.com", "http://User@a.com/"),
        ("/a b", "/a%20b"), ("/%20%zz%", "/%20%25zz%25"), ("/你", "/%E4%BD%A0"),
        ("/a\r\nSet-Cookie: b", "/a%0D%0ASet-Cookie:%20b"),
        ("/\"'<>^`{|}[]~", "/%22'%3C%3E%5E%60%7B|%7D[]~"), ("http://a.com/\"x", "http://a.com/%22x"),
        ("ftp://A.com", "ftp://A.com"), ("/\\evil.com", "/%5Cevil.com"), ("", ""), ("http:/a", "http:/a"),
    ])
    func `koa 1.66, 4.17 Location is percent-encoded and an absolute URL normalised`(url: String, expected: String)
        async throws
    {
        for transport in Transport.allCases {
            #expect(try await reply(over: transport) { $0.redirect(to: url) }["location"] == expected)
        }
    }

    @Test(arguments: [(301, 301), (303, 303), (308, 308), (304, 302), (200, 302), (404, 302), (306, 302)])
    func `koa 1.66 a status that redirects stays`(chosen: Int, sent: Int) async throws {
        let reply = try await reply {
            $0.status = chosen
            $0.redirect(to: "/")
        }
        #expect(reply.status == sent)
        #expect(reply.text == "Redirecting to /.")
    }

    @Test(arguments: [
        "javascript:alert(1)", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><b>",
        "http://a.com/\"onmouseover=alert(1)",
    ])
    func `koa 1.66, 4.17 CVE-2025-32379 the body holds no markup, whatever the URL`(url: String) async throws {
        let reply = try await reply(headers: ["Accept": "text/html"]) { $0.redirect(to: url) }
        #expect(!reply.text.contains { "<>\"'".contains($0) })
        #expect(!reply.text.lowercased().contains("href"))
    }

    @Test(arguments: [
        ("http://example.com/a?b", "http://example.com/a?b"), ("https://EXAMPLE.com/", "https://example.com/"),
        ("/login", "/login"), ("login", "login"), ("?a=b:c", "?a=b:c"), ("", "/home"),
    ])
    func `koa 1.67 back goes to a referrer of this host`(referrer: String, expected: String) async throws {
        let reply = try await reply(headers: ["Host": "example.com", "Referrer": referrer]) { $0.back(else: "/home") }
        #expect(reply["location"] == expected)
        #expect(reply.status == 302)
    }

    @Test(arguments: ["Referer", "Referrer"], Transport.allCases)
    func `koa 1.67, 4.17 CVE-2025-8129 back never leads to another host`(field: String, over transport: Transport)
        async throws
    {
        for evil in [
            "http://evil.com/", "https://evil.com", "http://example.com.evil.com/", "http://example.com@evil.com/",
            "http://example.com:x@evil.com", "http://evil.com#@example.com", "http://evil.com\\@example.com/",
            "http://evil.com?example.com", "javascript:alert(1)", "data:text/html,a", "ftp://example.com/",
            "http:evil.com", "http://example.com:81/", "HTTP://EVIL.com",
        ] {
            let reply = try await reply(headers: ["Host": "example.com", field: evil], over: transport) { $0.back() }
            #expect(reply["location"] == "/", "\(evil)")
        }
    }

    @Test(arguments: [
        "//evil.com", "///evil.com", "/\\evil.com", "\\\\evil.com", "\\/evil.com", "http:\\\\evil.com",
        "https:/\\evil.com",
        "/\t/evil.com", "http:/\t/evil.com",
    ])
    func `koa 1.67, 4.17 CVE-2025-8129 nor does its bypass by slashes`(referrer: String) async throws {
        let reply = try await reply(headers: ["Host": "example.com", "Referer": referrer]) { $0.back(else: "/home") }
        #expect(reply["location"] == "/home")
    }
}
