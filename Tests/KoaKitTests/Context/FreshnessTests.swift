import FoundationEssentials
import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FreshnessTests {
    private static let then = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let later = "Sun, 06 Nov 1994 08:49:38 GMT"

    struct Case: Sendable {
        var headers: HTTPHeaders
        var isFresh: Bool
        var method = HTTPMethod.GET
        var status = 200
        var etag: String? = "\"a\""
    }

    static let cases = [
        Case(headers: ["If-None-Match": "\"a\""], isFresh: true),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: true, method: .HEAD, status: 304),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: false, method: .POST),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: false, status: 404),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: false, status: 302),
        Case(headers: ["If-None-Match": "\"b\", W/\"a\""], isFresh: true),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: true, etag: "W/\"a\""),
        Case(headers: ["If-None-Match": "*"], isFresh: true),
        Case(headers: ["If-None-Match": "\"b\""], isFresh: false),
        Case(headers: ["If-None-Match": "\"b\"", "If-Modified-Since": later], isFresh: false),
        Case(headers: ["If-None-Match": "\"a\""], isFresh: false, etag: nil),
        Case(headers: ["If-None-Match": "\"a\"", "Cache-Control": "max-age=0, no-cache"], isFresh: false),
        Case(headers: ["If-Modified-Since": then], isFresh: true),
        Case(headers: ["If-Modified-Since": later], isFresh: true),
        Case(headers: ["If-Modified-Since": "Sun, 06 Nov 1994 08:49:36 GMT"], isFresh: false),
        Case(headers: ["If-Modified-Since": "yesterday"], isFresh: false),
        Case(headers: [:], isFresh: false),
    ]

    @Test(arguments: cases.indices)
    func `koa 1.63 fresh by If-None-Match, else by If-Modified-Since`(index: Int) async throws {
        let example = Self.cases[index]
        let answer = try await ask("/", example.method, headers: example.headers) { ctx in
            ctx.status = example.status
            ctx.etag = example.etag
            ctx.set("Last-Modified", Self.then)
            #expect(ctx.isStale == !ctx.isFresh)
            return "\(ctx.isFresh)"
        }
        #expect(answer == "\(example.isFresh)")
    }

    @Test(arguments: [("asdf", "\"asdf\""), ("\"asdf\"", "\"asdf\""), ("W/\"asdf\"", "W/\"asdf\"")])
    func `koa 1.64 etag gets the quotes it lacks`(set: String, sent: String) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            #expect(ctx.etag == nil)
            ctx.etag = set
            #expect(ctx.etag == sent)
        }
        try await app.test { client async throws in #expect(try await client.get("/")["etag"] == sent) }
    }

    @Test func `koa 1.64 lastModified is a date of HTTP both ways`() async throws {
        let date = Date(timeIntervalSince1970: 784_111_777.9)
        let answer = try await ask { ctx in
            #expect(ctx.lastModified == nil)
            ctx.lastModified = date
            #expect(ctx.lastModified == Date(timeIntervalSince1970: 784_111_777))
            return ctx.response.get("Last-Modified")
        }
        #expect(answer == Self.then)
    }

    @Test(arguments: [
        (-Double.infinity, "Wed, 01 Jan 1000 00:00:00 GMT"), (.infinity, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (.nan, "Thu, 01 Jan 1970 00:00:00 GMT"), (-0.5, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `koa 1.64 a date beyond what HTTP can write is taken to the end of it`(seconds: Double, text: String)
        async throws
    {
        let answer = try await ask { ctx in
            ctx.lastModified = Date(timeIntervalSince1970: seconds)
            return ctx.response.get("Last-Modified")
        }
        #expect(answer == text)
    }
}
