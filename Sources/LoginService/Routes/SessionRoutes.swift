import FoundationEssentials
import KoaKit

/// `/user/sessions`: what a user sees and ends of the own sessions, behind ``Authentication``.
struct SessionRoutes: Sendable {
    let sessions: any SessionStore
    let events: LoginEvents

    func router() -> Router {
        let router = Router(prefix: "/sessions")
        router.get("/") { ctx, _ in try await list(ctx) }
        router.delete("/") { ctx, _ in try await endOthers(ctx) }
        router.delete("/:id") { ctx, _ in try await end(ctx) }
        return router
    }

    private func list(_ ctx: Context) async throws {
        let current = try ctx.authenticated()
        let listed = try await sessions.sessions(of: current.session.owner, current: current.token)
        Envelope.succeed(ctx, data: ["sessions": .array(listed.map(Self.json))])
    }

    /// Ends one; that there is none of this name is what its sender wanted.
    private func end(_ ctx: Context) async throws {
        let owner = try ctx.authenticated().session.owner
        let id = try ctx.params.get("id", as: String.self)
        let isEnded = try await sessions.end(id, of: owner)
        if isEnded {
            let event = LoginEvent(.kicked, userID: owner.userID, sessionID: id, reason: "by_user")
            events.record(event, from: EventOrigin(ctx))
        }
        Envelope.succeed(ctx, data: ["ended": isEnded ? 1 : 0])
    }

    private func endOthers(_ ctx: Context) async throws {
        let current = try ctx.authenticated()
        let count = try await sessions.endAll(of: current.session.owner, except: current.token)
        if count > 0 {
            let userID = current.session.userID
            let event = LoginEvent(.kicked, userID: userID, sessionCount: count, reason: "others_by_user")
            events.record(event, from: EventOrigin(ctx))
        }
        Envelope.succeed(ctx, data: ["ended": .integer(Int64(count))])
    }

    static func json(_ session: ListedSession) -> JSONValue {
        [
            "id": .string(session.id),
            "device": session.device.map(JSONValue.string) ?? nil,
            "createdAt": date(session.times?.createdAt),
            "lastSeenAt": date(session.times?.lastSeenAt),
            "expiresAt": date(session.times?.expiresAt),
            "current": .bool(session.isCurrent),
        ]
    }

    /// A time as RFC 3339 has it, to the second; null for one that nobody knows.
    private static func date(_ milliseconds: Int64?) -> JSONValue {
        guard let milliseconds else { return nil }
        return .string(Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601))
    }
}
