import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AttachmentTests {
    @Test(arguments: [
        ("path/to/tobi.png", "attachment; filename=tobi.png"), ("a b.txt", "attachment; filename=\"a b.txt\""),
        ("C:\\x\\a.txt", "attachment; filename=a.txt"), ("a\"b.txt", "attachment; filename=\"a\\\"b.txt\""),
        ("价格.txt", "attachment; filename=\"??.txt\"; filename*=UTF-8''%E4%BB%B7%E6%A0%BC.txt"),
        ("a%20b.txt", "attachment; filename=a%20b.txt; filename*=UTF-8''a%2520b.txt"),
        ("a\r\nX: b.txt", "attachment; filename=\"a?X: b.txt\"; filename*=UTF-8''a%0D%0AX%3A%20b.txt"),
        ("it's(1).txt", "attachment; filename=\"it's(1).txt\""), ("", "attachment"), ("..", "attachment; filename=.."),
    ])
    func `koa 1.65 attachment names the file`(name: String, expected: String) async throws {
        let answer = try await ask { ctx in
            ctx.attachment(name)
            return ctx.response.get("Content-Disposition")
        }
        #expect(answer == expected)
    }

    @Test func `koa 1.65 disposition and fallback can be chosen`() async throws {
        let answer = try await ask { ctx in
            ctx.attachment()
            let bare = ctx.response.get("Content-Disposition")
            ctx.attachment("价.txt", as: .inline, fallback: "x/price.txt")
            return bare + "|" + ctx.response.get("Content-Disposition")
        }
        #expect(answer == "attachment|inline; filename=price.txt; filename*=UTF-8''%E4%BB%B7.txt")
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Response.Disposition("in;line")
        }
        #expect(end.trapped(saying: "a disposition is a token"))
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.65, 4.17 GHSA-c5vw-j4hf-j526 attachment sets the type by the extension, never over one that is set`(
        over transport: Transport
    ) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in
            if ctx.path == "/typed" { ctx.type = "text/plain" }
            ctx.attachment("page.html")
            ctx.body = .text("a")
        }
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get("/typed")["content-type"] == "text/plain; charset=utf-8")
            #expect(try await client.get("/")["content-type"] == "text/html; charset=utf-8")
        }
    }
}
