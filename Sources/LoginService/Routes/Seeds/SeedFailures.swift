import KoaKit
import Logging

/// Tells a business failure in the shape of an older system; what is no business outcome stays in the envelope, so that
/// a client can tell "not logged in" from "cannot say".
struct SeedFailures: Middleware {
    let envelope: Envelope
    /// What a client of the system is told of a failure.
    let shape: @Sendable (Failure) -> JSONValue

    func handle(_ context: Context, next: Next) async throws {
        do {
            try await next()
        } catch {
            let failure = Failure(error)
            guard !failure.code.hasRealStatus else { throw error }
            context.logger.debug(
                "request refused",
                metadata: [
                    "code": "\(failure.code.rawValue)", "reason": "\(failure.reason)",
                    "route": "\(context.routeLabel)",
                ])
            envelope.answer(failure, with: shape(failure), context)
        }
    }
}
