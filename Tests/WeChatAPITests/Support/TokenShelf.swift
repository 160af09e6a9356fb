import Synchronization
import Testing
import WeChatAPI

/// Gives out tokens in order, the next one each time that one is discarded.
final class TokenShelf: AccessTokenSource {
    static let texts = ["76_first-TOKEN", "76_second-TOKEN", "76_third-TOKEN"]

    private struct State {
        var number = 0
        var discarded: [String] = []
    }

    private let state = Mutex(State())

    var discarded: [String] { state.withLock { $0.discarded } }

    func accessToken() async throws(WeChatError) -> AccessToken {
        guard let token = AccessToken(Self.texts[state.withLock { $0.number }]) else { throw WeChatError(.refused) }
        return token
    }

    func discard(_ token: AccessToken) async throws(WeChatError) {
        state.withLock { state in
            state.discarded.append(token.rawValue)
            state.number += 1
        }
    }
}

extension Fixture {
    static let phoneCode = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144"

    /// Calls a server that follows `actions`, and returns what it was asked.
    static func authorized<Result: Sendable>(
        _ actions: [ScriptedAction], _ body: (AuthorizedWeChatClient, TokenShelf) async throws -> Result
    ) async throws -> (result: Result, requests: [String]) {
        try await ScriptedServer.run(actions) { server in
            let result = try await withClient(port: server.port) { client in
                let shelf = TokenShelf()
                return try await body(AuthorizedWeChatClient(client: client, tokens: shelf), shelf)
            }
            return (result, server.requests)
        }
    }

    /// The error that a call of a server that follows `actions` ends with.
    static func authorizedFailure(
        _ actions: [ScriptedAction], _ body: (AuthorizedWeChatClient) async throws -> Void
    ) async throws -> (error: WeChatError, requests: [String]) {
        let (error, requests) = try await authorized(actions) { client, _ in
            try #require(await #expect(throws: WeChatError.self) { try await body(client) })
        }
        return (error, requests)
    }

    static func ok(_ members: String = #""errcode":0,"errmsg":"ok""#) -> ScriptedAction { .send(reply("{\(members)}")) }
}
