import KoaKit
import KoaTesting

@testable import LoginService

/// Serves with a node whose WeChat gives one and the same answer to every call.
func withNode<Value>(
    whereWeChatAnswers answer: JSONValue, _ settings: [Setting: String] = [:],
    _ body: (Backends, TestNode) async throws -> Value
) async throws -> Value {
    try await withWeChat(answering: answer) { url in
        try await withNode(settings.merging([.weChatBaseURL: url]) { $1 }, body)
    }
}

/// A WeChat that gives one and the same answer, without the quotas of the sandbox.
func withWeChat<Value>(answering answer: JSONValue, _ body: (String) async throws -> Value) async throws -> Value {
    try await withWeChat({ _ in answer }, body)
}

/// A WeChat that answers the query of each call as it is told to.
func withWeChat<Value>(
    _ answer: @escaping @Sendable (Query) async throws -> JSONValue, _ body: (String) async throws -> Value
) async throws -> Value {
    let app = Application()
    app.use { ctx, _ in ctx.body = .json(try await answer(ctx.request.query)) }
    return try await app.withServer { server in try await body("http://127.0.0.1:\(server.port)") }
}
