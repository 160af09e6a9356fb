import FoundationEssentials
import KoaKit

/// `/admin/users/…`: what an operator does over HTTP, behind ``AdminGuard``.
struct AdminRoutes: Sendable {
    let administration: UserAdministration

    func router() -> Router {
        let router = Router(prefix: "/admin/users")
        router.get("/") { ctx, _ in try await find(ctx) }
        router.get("/:id") { ctx, _ in Envelope.succeed(ctx, data: try await user(ctx).adminJSON) }
        router.get("/:id/sessions") { ctx, _ in try await listSessions(ctx) }
        router.delete("/:id/sessions") { ctx, _ in try await endAll(ctx) }
        router.delete("/:id/sessions/:session") { ctx, _ in try await end(ctx) }
        router.post("/:id/ban") { ctx, _ in try await ban(ctx) }
        router.delete("/:id/ban") { ctx, _ in try await unban(ctx) }
        return router
    }

    private func find(_ ctx: Context) async throws {
        let page = try Page(ctx.query)
        let users = try await administration.users(Self.criterion(ctx.query))
        Envelope.succeed(ctx, data: page.json(users.map(\.adminJSON), as: "users"))
    }

    private static func criterion(_ query: Query) throws(Failure) -> UserCriterion {
        let names = ["id", "openid", "phone", "unionid"]
        let given = names.flatMap { name in query.all(name).map { (name, $0) } }
        guard given.count == 1, let (name, text) = given.first, !text.isEmpty, text.utf8.count <= 128 else {
            throw .invalidParameter("one of \(names.joined(separator: ", ")) must be there, and only one")
        }
        switch name {
        case "id":
            guard let id = Int64(text) else { throw .invalidParameter("id must be a number") }
            return .id(id)
        case "openid": return .openID(text)
        case "phone": return .phone(text)
        default: return .unionID(text)
        }
    }

    private func user(_ ctx: Context) async throws -> User {
        try await administration.user(Self.id(ctx))
    }

    private static func id(_ ctx: Context) throws -> Int64 {
        try ctx.params.get("id", as: Int64.self)
    }

    private func listSessions(_ ctx: Context) async throws {
        let page = try Page(ctx.query)
        let sessions = try await administration.sessions(of: Self.id(ctx))
        Envelope.succeed(ctx, data: page.json(sessions.map(\.adminJSON), as: "sessions"))
    }

    private func endAll(_ ctx: Context) async throws {
        let count = try await administration.endAll(of: Self.id(ctx), from: EventOrigin(ctx))
        Envelope.succeed(ctx, data: ["ended": .integer(Int64(count))])
    }

    private func end(_ ctx: Context) async throws {
        let session = try ctx.params.get("session", as: String.self)
        let isEnded = try await administration.end(session, of: Self.id(ctx), from: EventOrigin(ctx))
        Envelope.succeed(ctx, data: ["ended": isEnded ? 1 : 0])
    }

    private func ban(_ ctx: Context) async throws {
        let request = try await ctx.request.decode(BanRequest.self)
        let end = try request.end()
        let count = try await administration.ban(
            Self.id(ctx), until: end, reason: request.checkedReason(), from: EventOrigin(ctx))
        Envelope.succeed(ctx, data: ["bannedUntil": User.end(end), "ended": .integer(Int64(count))])
    }

    private func unban(_ ctx: Context) async throws {
        try await administration.unban(Self.id(ctx), from: EventOrigin(ctx))
        Envelope.succeed(ctx, data: ["bannedUntil": nil])
    }
}
