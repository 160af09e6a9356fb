import KoaTesting
import NIOHTTP1
import Synchronization

/// A client that keeps its session cookie, as a browser does.
final class Visitor: Sendable {
    private let client: TestClient
    private let cookie = Mutex<String?>(nil)

    init(_ client: TestClient, identifier: String? = nil) {
        self.client = client
        cookie.withLock { $0 = identifier }
    }

    /// What the cookie holds.
    var identifier: String? { cookie.withLock { $0 } }

    @discardableResult
    func get(_ path: String) async throws -> TestReply {
        var headers: HTTPHeaders = [:]
        if let identifier { headers.add(name: "Cookie", value: "theme=dark; koa.sess=\(identifier)") }
        let reply = try await client.get(path, headers: headers)
        if let line = Self.line(of: reply) {
            let value = String(line.dropFirst("koa.sess=".count).prefix { $0 != ";" })
            cookie.withLock { $0 = value.isEmpty ? nil : value }
        }
        return reply
    }

    /// The line of `Set-Cookie` that sets the session's cookie.
    static func line(of reply: TestReply) -> String? {
        reply.headers["set-cookie"].first { $0.hasPrefix("koa.sess=") }
    }
}
