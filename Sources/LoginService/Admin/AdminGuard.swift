import Crypto
import FoundationEssentials
import KoaKit
import NIOHTTP1
import WeChatAPI

/// Lets a request pass that carries `ADMIN_TOKEN` as its bearer token.
struct AdminGuard: Middleware {
    private let digest: SHA256.Digest?

    /// - Parameter token: `ADMIN_TOKEN`; nil lets nothing pass.
    init(token: Secret<String>?) {
        digest = token.map { SHA256.hash(data: Data($0.exposed.utf8)) }
    }

    func handle(_ context: Context, next: Next) async throws {
        guard let digest else {
            throw Failure.forbidden("closed until the setting ADMIN_TOKEN (or ADMIN_TOKEN_FILE) is set")
        }
        let fields = context.request.headers["authorization"]
        // Digests compare in constant time, and are of one length whatever was sent.
        guard fields.count == 1, let token = TokenReader.bearer(fields[0]),
            SHA256.hash(data: Data(token.utf8)) == digest
        else { throw Failure.adminTokenRequired }
        try await next()
    }
}

extension Failure {
    /// The request does not carry `ADMIN_TOKEN`.
    static let adminTokenRequired = Failure(
        code: .loginFailed,
        reason: "not_logged_in",
        message: "send Authorization: Bearer with the ADMIN_TOKEN of this service",
        status: 401
    )
}
