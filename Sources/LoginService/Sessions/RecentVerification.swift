import KoaKit

/// Lets a request pass whose user proved a short while ago who they are, by `POST /user/verify`; stands behind
/// ``Authentication``.
///
/// For what a stolen token must not be enough for, such as binding a phone. The proof is the session's own: it is of no
/// use to another session of the same user, and ends with it.
struct RecentVerification: Middleware {
    let sessions: any SessionStore
    /// `STEP_UP`; nil lets every request pass.
    let timeToLive: Duration?

    func handle(_ context: Context, next: Next) async throws {
        if timeToLive != nil {
            guard try await sessions.isVerified(context.authenticated().token) else {
                throw Failure.verificationRequired
            }
        }
        try await next()
    }
}
