import FoundationEssentials
import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DelegationTests {
    @Test func `koa 1.20 the context reads what the request and the response say`() async throws {
        let headers: HTTPHeaders = [
            "Host": "a.b.example.com:80", "Origin": "http://x.com", "Accept": "text/html", "Accept-Charset": "utf-8",
            "Accept-Encoding": "gzip", "Accept-Language": "de",
        ]
        _ = try await ask("/p?q=1", headers: headers) { ctx in
            #expect(ctx.method == ctx.request.method)
            #expect((ctx.url, ctx.originalURL) == (ctx.request.url, "/p?q=1"))
            #expect((ctx.path, ctx.querystring, ctx.search) == ("/p", "q=1", "?q=1"))
            #expect((ctx.query, ctx.ip, ctx.ips) == (ctx.request.query, "127.0.0.1", []))
            #expect((ctx.host, ctx.hostname) == ("a.b.example.com:80", "a.b.example.com"))
            #expect((ctx.subdomains, ctx.scheme, ctx.isSecure) == (["b", "a"], "http", false))
            #expect((ctx.origin, ctx.href) == ("http://x.com", "http://a.b.example.com:80/p?q=1"))
            #expect((ctx.isIdempotent, ctx.get("host")) == (true, "a.b.example.com:80"))
            #expect((ctx.accepts(), ctx.accepts("json", "html")) == (["text/html"], "html"))
            #expect((ctx.acceptsCharsets(), ctx.acceptsCharsets("utf-8")) == (["utf-8"], "utf-8"))
            #expect((ctx.acceptsEncodings(), ctx.acceptsEncodings("gzip")) == (["gzip", "identity"], "gzip"))
            #expect((ctx.acceptsLanguages(), ctx.acceptsLanguages("de")) == (["de"], "de"))
            return ""
        }
    }

    @Test func `koa 1.20 the context writes to the request and the response`() async throws {
        _ = try await ask { ctx in
            ctx.url = "/a?b=1"
            #expect((ctx.request.path, ctx.request.querystring) == ("/a", "b=1"))
            (ctx.path, ctx.querystring, ctx.ip) = ("/c", "d=2", "1.1.1.1")
            #expect((ctx.request.url, ctx.request.ip) == ("/c?d=2", "1.1.1.1"))
            ctx.body = .text("a")
            (ctx.status, ctx.message, ctx.type, ctx.length, ctx.etag) = (201, "Made", "css", 3, "x")
            ctx.lastModified = Date(timeIntervalSince1970: 0)
            let response = ctx.response
            #expect((response.status, response.message, response.type) == (201, "Made", "text/css"))
            #expect((response.length, response.etag) == (3, "\"x\""))
            #expect(response.lastModified == Date(timeIntervalSince1970: 0))
            #expect(!response.isUnanswered)
            return ""
        }
    }
}
