import FoundationEssentials
import JWTKit
import KoaJWT
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1

typealias AccessCheck = JWTCheck<AccessClaims>

extension Application {
    /// Lets good tokens in to what is added next.
    static func checking(
        _ algorithms: Set<JWTSignatureAlgorithm> = [.edDSA, .hs256, .rs256],
        _ change: (inout AccessCheck.Options) -> Void = { _ in }
    ) async throws -> Application {
        var options = AccessCheck.Options()
        options.now = { Date(timeIntervalSince1970: Double(Keyring.now)) }
        change(&options)
        let app = Application(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        app.use(AccessCheck(keys: try await Keyring.verifying(), algorithms: algorithms, options: options))
        return app
    }

    /// Answers whose token it is, or that there is none.
    static func protected(
        by algorithms: Set<JWTSignatureAlgorithm> = [.edDSA, .hs256, .rs256],
        _ change: (inout AccessCheck.Options) -> Void = { _ in }
    ) async throws -> Application {
        try await checking(algorithms, change).use { ctx, _ in
            ctx.body = .text(ctx.state[JWTClaims<AccessClaims>.self]?.sub.value ?? "nobody")
        }
    }
}

extension TestClient {
    /// Sends GET with a token.
    func get(as token: String) async throws -> TestReply {
        try await get("/", headers: ["Authorization": "Bearer \(token)"])
    }
}

extension TestReply {
    /// Whether this is a 401 that says of a token that it is invalid, and no more.
    var refusesToken: Bool {
        status == 401 && text == "the token is invalid"
            && self["www-authenticate"]
                == #"Bearer error="invalid_token", error_description="the token is invalid""#
    }
}
