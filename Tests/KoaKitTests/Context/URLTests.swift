import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct URLTests {
    @Test(arguments: [
        ("/a?b=1", "/a|/a?b=1"), ("/a", "/a|/a"), ("/?", "/|/?"), ("http://x.com/a?b", "/a|http://x.com/a?b"),
    ])
    func `koa 1.19 url is what was received until something is set`(target: String, expected: String) async throws {
        #expect(try await ask(target) { "\($0.path)|\($0.url)" } == expected)
    }

    @Test func `koa 1.19 setting path, query, querystring, search and url changes url only`() async throws {
        let changes: [(@Sendable (Context) -> Void, String)] = [
            ({ $0.path = "/c" }, "/c?b=1"), ({ $0.querystring = "d=2" }, "/a?d=2"), ({ $0.search = "?e" }, "/a?e"),
            ({ $0.search = "" }, "/a"), ({ $0.query = ["x y": "1&2", "ü": ""] }, "/a?x+y=1%262&%C3%BC="),
            ({ $0.url = "/f?g=h" }, "/f?g=h"), ({ $0.query["b"] = nil }, "/a"), ({ $0.query["b"] = "9" }, "/a?b=9"),
        ]
        for (change, expected) in changes {
            let answer = try await ask("/a?b=1", headers: ["Host": "x.com"]) {
                change($0)
                return "\($0.url)|\($0.originalURL)|\($0.href)"
            }
            #expect(answer == "\(expected)|/a?b=1|http://x.com/a?b=1")
        }
    }

    @Test func `koa 1.68, 4.15 query has the first and all values and follows the query string`() async throws {
        let answer = try await ask("/?a=1&b=&a=2&c[d]=3") { ctx in
            let before = [ctx.query["a"], ctx.query["b"], ctx.query["none"], ctx.query["c[d]"]]
            #expect(before == ["1", "", nil, "3"])
            #expect(ctx.query.all("a") == ["1", "2"])
            #expect(ctx.query.names == ["a", "b", "c[d]"])
            ctx.querystring = "a=9"
            return ctx.query.all("a").joined()
        }
        #expect(answer == "9")
    }

    @Test(arguments: [
        ("/a?b", "http://x.com/a?b"), ("http://y.com:1/a?b", "http://y.com:1/a?b"), ("/", "http://x.com/"),
    ])
    func `koa 1.74 href is the whole URL, a target in absolute form as it is`(target: String, expected: String)
        async throws
    {
        #expect(try await ask(target, headers: ["Host": "x.com"]) { $0.href } == expected)
    }

    @Test func `the authority of a whole URL stands over the Host field`() async throws {
        #expect(try await ask("http://y.com:1/", headers: ["Host": "x.com"]) { $0.host } == "y.com:1")
    }

    @Test func `koa 1.69 origin is the field or nil`() async throws {
        #expect(try await ask(headers: ["Origin": "https://x.com"]) { $0.origin ?? "nil" } == "https://x.com")
        #expect(try await ask { $0.origin ?? "nil" } == "nil")
    }

    @Test(arguments: [
        ("text/html; charset=utf-8", "utf-8"), ("text/html;charset=\"GBK\"", "GBK"), ("text/html", ""),
        ("hey;charset=utf-8", ""), ("*/*; charset=utf-8", ""),
        ("application/json; application/text; charset=utf-8", ""),
        ("text/html; a=b; Charset=x;", "x"),
    ])
    func `koa 1.74 charset is that of a well-formed type`(type: String, expected: String) async throws {
        #expect(try await ask(headers: ["Content-Type": type]) { $0.request.charset } == expected)
    }

    @Test func `koa 1.74 length is that which was announced`() async throws {
        #expect(try await ask("/", .POST, body: "abc") { "\($0.request.length ?? -1)" } == "3")
        #expect(try await ask { "\($0.request.length ?? -1)" } == "-1")
    }

    @Test(arguments: [HTTPMethod.GET, .HEAD, .PUT, .DELETE, .OPTIONS, .TRACE, .POST, .PATCH, .CONNECT])
    func `koa 1.74 idempotent methods`(method: HTTPMethod) {
        let isIdempotent = ![HTTPMethod.POST, .PATCH, .CONNECT].contains(method)
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/")
        #expect(Request.forTest(head).isIdempotent == isIdempotent)
    }

    @Test(arguments: [("referer", "Referrer"), ("Referrer", "referer"), ("x-a", "X-A")])
    func `koa 1.58 get ignores case and takes Referer for Referrer`(sent: String, asked: String) async throws {
        #expect(try await ask(headers: [sent: "v"]) { $0.get(asked) + $0.get("absent") } == "v")
    }
}
