import KoaKit
import KoaTesting
import NIOHTTP1

/// Adds its name to the body and goes on.
struct Step: Middleware {
    let name: String

    init(_ name: String) { self.name = name }

    func handle(_ context: Context, next: Next) async throws {
        context.mark(name)
        try await next()
    }
}

extension Context {
    /// Adds a word to a body of text.
    func mark(_ word: String) {
        if case .text(let text) = body { body = .text(text + " " + word) } else { body = .text(word) }
    }
}

extension Router {
    /// What an application with this router alone answers: its text if it is 200, else its status.
    func answer(_ path: String, _ method: HTTPMethod = .GET, host: String = "localhost") async throws -> String {
        let app = Application.quiet()
        app.use(routes())
        let reply = try await app.test { try await $0.request(method, path, headers: ["Host": host]) }
        return reply.status == 200 ? reply.text : "\(reply.status)"
    }
}
