import FoundationEssentials
import Logging
import NIOHTTP1
import Synchronization

/// Refuses a client that asks too often, with 429 and `Retry-After`.
///
/// Koa's `koa-ratelimit` over any store. The window slides: at no time do more than the limit pass within its length,
/// and refused requests do not count. The fields that say how much is left stay on error replies.
///
/// ```swift
/// var options = RateLimit.Options()
/// options.limit = 100
/// options.window = .seconds(60)
/// app.use(try RateLimit(options))
/// ```
public struct RateLimit: Middleware {
    /// Whether the store failed when it was asked last.
    private final class Outage: Sendable {
        private let isOn = Atomic(false)

        func begins() -> Bool { !isOn.exchange(true, ordering: .relaxed) }
        func ends() -> Bool { isOn.load(ordering: .relaxed) && isOn.exchange(false, ordering: .relaxed) }
    }

    private let options: Options
    private let store: any RateLimitStore
    private let outage = Outage()

    /// Creates the middleware.
    ///
    /// - Parameter options: Who may ask how often. Default: 2,500 requests an hour from an address.
    /// - Throws: ``InvalidOptions`` when the limit or the window is not above zero.
    public init(_ options: Options = Options()) throws(InvalidOptions) {
        guard options.limit > 0, options.window > .zero else {
            throw InvalidOptions("RateLimit: limit and window must be above zero")
        }
        self.options = options
        store = options.store ?? MemoryRateLimitStore()
    }

    /// Counts the request and runs what is downstream, unless it is one too many.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` 429 over the limit, 403 for a denied key, 503 when the store cannot answer and the policy
    ///   is to refuse; else what is downstream throws, and what the function that chooses the key throws.
    public func handle(_ context: Context, next: Next) async throws {
        guard let key = try await options.key(context), !options.allowedKeys.contains(key) else {
            return try await next()
        }
        guard !options.deniedKeys.contains(key) else { throw HTTPError(403, reason: .denied) }
        if let decision = try await decide(on: key, context) {
            options.fields?.set(on: context, limit: options.limit, decision, at: options.date())
            guard decision.isAllowed else { throw refusal(retryingAfter: decision.resetAfter.wholeSecondsUp) }
        }
        try await next()
    }

    /// Nil when the store cannot answer and the request passes all the same.
    private func decide(on key: String, _ context: Context) async throws -> RateLimitDecision? {
        do {
            let key = options.prefix + key
            let decision = try await store.recordHit(of: key, limit: options.limit, window: options.window)
            if outage.ends() { context.logger.notice("rate limit enforced again") }
            return decision
        } catch let error as CancellationError {
            throw error
        } catch {
            switch options.outagePolicy {
            case .letPass:
                // Once for an outage: a line for each request would make it worse.
                if outage.begins() {
                    context.logger.warning("rate limit not enforced", metadata: ["error": "\(error)"])
                }
                return nil
            case .refuse:
                throw HTTPError(503, "the rate limit's store failed: \(error)", reason: .rateLimitUnavailable)
            }
        }
    }

    private func refusal(retryingAfter seconds: Int) -> HTTPError {
        // A client that comes back at once would only be refused again.
        let seconds = max(1, seconds)
        let message = options.message ?? "rate limit exceeded, retry in \(seconds) s"
        return HTTPError(429, message, headers: ["Retry-After": String(seconds)], reason: .rateLimited)
    }
}

extension Duration {
    /// In seconds, a fraction counted as a whole one.
    fileprivate var wholeSecondsUp: Int {
        Int(components.seconds) + (components.attoseconds > 0 ? 1 : 0)
    }
}

extension RateLimit.Fields {
    fileprivate func set(on context: Context, limit total: Int, _ decision: RateLimitDecision, at date: Date) {
        context.set(limit, String(total), survivesError: true)
        context.set(remaining, String(decision.remaining), survivesError: true)
        let seconds =
            switch resetForm {
            case .secondsLeft: decision.resetAfter.wholeSecondsUp
            case .epochSeconds: Int((date.timeIntervalSince1970 + decision.resetAfter / .seconds(1)).rounded(.up))
            }
        context.set(reset, String(seconds), survivesError: true)
    }
}
