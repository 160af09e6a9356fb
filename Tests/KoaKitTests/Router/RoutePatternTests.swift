import KoaKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RoutePatternTests {
    @Test(arguments: [
        ("", "does not start with '/'"), ("a", "does not start with '/'"), ("{a}", "does not start with '/'"),
        ("/a//b", "empty segment"), ("//", "empty segment"), ("/:", "no name"), ("/*", "no name"),
        ("/:1a", "not a parameter's name"), ("/:a-:b", "not a parameter's name"),
        ("/:a.json", "not a parameter's name"),
        ("/:id(\\d+)", "not a parameter's name"), ("/:a?", "not a parameter's name"), ("/v:a", "whole segment"),
        ("/a*", "whole segment"), ("/*a/b", "follows '*a'"), ("/*a/", "follows '*a'"), ("/:a/:a", "named 'a'"),
        ("/a?", "'?' has no meaning"), ("/a+", "'+' has no meaning"), ("/(a|b)", "'(' has no meaning"),
        ("/[a]", "'[' has no meaning"), ("/a b", "' ' has no meaning"), ("/a#b", "'#' has no meaning"),
        ("/ü", "percent-encoded"), ("/%zz", "two hex digits"), ("/%4", "two hex digits"), ("/a{/b", "not closed"),
        ("/a}", "closes nothing"), ("/a{b}", "whole segments"), ("/a{/b}c", "whole segments"),
        ("/a{}", "whole segments"), ("/a{/b}{/c}{/d}{/e}{/f}", "more than four groups"),
    ])
    func `router 2.13, 2.14, 4.20 a pattern outside the grammar is named and refused`(pattern: String, reason: String) {
        let error = #expect(throws: RouteError.self) { try Router.url(pattern) }
        #expect(error?.code == .malformedPattern)
        #expect(error?.description.hasPrefix("'\(pattern)' is not a route: ") == true)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["/", "/a", "/a/", "/%E4%BD%A0", "/a-b.c_d~e", "/$a,b;c=d@e&f'", "/a{/}", "{/a}", "/a{/b{/c}}/d"])
    func `router 2.14 a pattern within the grammar is taken`(pattern: String) throws {
        _ = try Router.url(pattern)
    }

    @Test func `router 2.14 a program with a pattern outside the grammar stops as it starts`() async {
        let end = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Router().get("/users/:id(\\d+)") { _, _ in }
        }
        #expect(end.trapped(saying: "/users/:id"))
    }

    @Test(arguments: ["/a//b", "/a/b/c/d/e/f", "/%", "/%zz/%", "//", "/{a}", "/:a", "/*", "/\u{0}", "/../a"])
    func `any path is taken in a request`(path: String) async throws {
        let router = Router().get("/:a{/:b}/c", Step("x")).get("/*rest") { ctx, _ in ctx.mark(ctx.params["rest"] ?? "")
        }
        #expect(try await router.answer(path) == String(path.dropFirst()))
    }
}
