import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    /// Answers what `read` makes of the request.
    private func ask(
        _ target: String,
        over transport: Transport = .inProcess,
        _ read: @escaping @Sendable (Context) -> String
    ) async throws -> String {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(read(ctx)) }
        return try await app.test(over: transport) { try await $0.get(target).text }
    }

    @Test(arguments: [
        ("/a/b?c=d", "/a/b|c=d"), ("/a%20b", "/a%20b|"), ("/", "/|"), ("/?", "/|"), ("/?a?b", "/|a?b"),
        ("//a//", "//a//|"),
        ("http://example.com/a?b", "/a|b"), ("HTTP://example.com:80/a/b", "/a/b|"), ("http://example.com", "/|"),
        ("http://example.com?a=b", "/|a=b"), ("/http://example.com/a", "/http://example.com/a|"),
    ])
    func `koa 1.19 path and query are those of the target`(target: String, expected: String) async throws {
        for transport in Transport.allCases {
            let text = try await ask(target, over: transport) { "\($0.path)|\($0.request.querystring)" }
            #expect(text == expected)
        }
    }

    @Test(arguments: [
        ("/?a=1&b=2", ["1"]), ("/?a=1&a=2", ["1", "2"]), ("/?a", [""]), ("/?a=", [""]), ("/?b=1", []), ("/", []),
        ("/?a=b+c%20d", ["b c d"]), ("/?%61=x", ["x"]), ("/?a=%", ["%"]), ("/?a=%zz", ["%zz"]),
        ("/?a=%ff", ["\u{FFFD}"]),
        ("/?a=b+c%20d%zz%2", ["b c d%zz%2"]), ("/?a=100%+%41", ["100% A"]),
        ("/?a=b=c", ["b=c"]), ("/?&&a=1&", ["1"]), ("/?a[]=1", []), ("/?a=%E4%BD%A0", ["你"]),
    ])
    func `koa 1.68 a query parameter has all its values, decoded`(target: String, expected: [String]) async throws {
        let text = try await ask(target) {
            let values = $0.query.all("a")
            #expect($0.query["a"] == values.first)
            return values.joined(separator: "|") + "#\(values.count)"
        }
        #expect(text == expected.joined(separator: "|") + "#\(expected.count)")
    }

    @Test(arguments: [
        ("application/json", "application/json"), ("Application/JSON; charset=utf-8", "application/json"),
        (" text/plain ;a", "text/plain"), ("", ""),
    ])
    func `type is the media type alone`(sent: String, expected: String) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(ctx.request.type ?? "nil") }
        try await app.test { client async throws in
            #expect(try await client.get("/", headers: ["Content-Type": sent]).text == expected)
            #expect(try await client.get("/").text == "nil")
        }
    }
}
