import NIOHTTP1
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct RouteLookupTests {
    private static func lookup(_ count: Int) -> RouteLookup {
        let router = Router(prefix: "/api")
        for index in 0..<count {
            router.get("/things\(index)/:id/parts/:part", Nothing()).get("/things\(index)", Nothing())
            router.post("/things\(index)/*rest", Nothing())
        }
        return RouteLookup(RouteTable(router.contents))
    }

    private struct Nothing: Middleware {
        func handle(_ context: Context, next: Next) async throws {}
    }

    @Test(arguments: ["/api/things7/1/parts/2", "/api/things7", "/api/things7/1", "/api/absent/1/2", "/"])
    func `router 2.27, 4.19 1,000 routes cost a look-up no more work than 10`(path: String) throws {
        let few = Self.lookup(10)
        let many = Self.lookup(1_000)
        let request = try #require(RequestPath(path))
        #expect(many.tree.cost(of: request) == few.tree.cost(of: request))
        #expect(many.tree.cost(of: request) <= 6)
        #expect(many.routes(matching: path).count == few.routes(matching: path).count)
    }

    @Test func `router 2.27 a literal path is one look-up, its chain made at the start`() throws {
        let lookup = Self.lookup(1_000)
        let found = try #require(lookup.literalPath("/api/things7")?.onlyRoute(for: .HEAD))
        #expect(found.path == "/api/things7")
        #expect(found.chain is Nothing)
        #expect(lookup.literalPath("/api/things7")?.onlyRoute(for: .DELETE) == nil)
    }

    @Test func `router 2.27 items 3 and 9 hold: the chain of a route is that of its layers`() throws {
        let inner = Router().use(Nothing()).get("/x", Nothing())
        let outer = Router().use(Nothing()).use(inner).use("/y", Nothing()).get("/y/:a", Nothing())
        let lookup = RouteLookup(RouteTable(outer.contents))
        let counts = lookup.table.routes.map { ($0.path, $0.layers.map(\.order)) }
        #expect(counts[0] == ("/x", [0, 1, 2]))
        #expect(counts[1] == ("/y/:a", [0, 3, 4]))
    }
}
