import Logging
import Synchronization
import WeChatAPI

/// Keeps a node from asking WeChat while it knows the answer: it refuses the mini program itself, or its access token
/// was just not to be had.
///
/// Every such call counts against a quota and takes a client's time. After a pause one caller tries again, and the rest
/// go on with the last answer until that one knows more.
final class WeChatBreaker: Sendable {
    private struct State {
        /// What the callers are told, until when.
        var outage: (error: WeChatError, end: ContinuousClock.Instant)?
        var lastLine: ContinuousClock.Instant?
    }

    /// How long WeChat's refusal of a mini program holds: its operator has to do something first.
    static let pause = Duration.seconds(10)
    /// How long others wait for the one who tries again.
    private static let trial = Duration.seconds(5)
    /// How often the log tells the operator.
    private static let linePeriod = Duration.seconds(60)

    private let appID: String
    private let logger: Logger?
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// - Parameters:
    ///   - appID: The mini program.
    ///   - logger: Gets one error a minute at most. Default: none.
    ///   - now: The node's clock, of which only the differences count.
    init(appID: String, logger: Logger? = nil, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.appID = appID
        self.logger = logger
        self.now = now
    }

    /// Makes a call, unless its answer is known.
    ///
    /// - Parameters:
    ///   - pause: How long an error holds for every caller; nil for one that says nothing of the next call.
    ///   - opening: Whether WeChat refuses the mini program itself: then for ``pause``, and the operator is told.
    ///   - call: Asks WeChat.
    /// - Returns: What WeChat answered.
    /// - Throws: ``WeChatError`` of the call, or the one that is known.
    func run<Answer>(
        pause: (WeChatError) -> Duration? = { _ in nil },
        opening: (WeChatError) -> Bool = { $0.code == .misconfigured },
        _ call: () async throws(WeChatError) -> Answer
    ) async throws(WeChatError) -> Answer {
        if let error = knownOutage() { throw error }
        do throws(WeChatError) {
            let answer = try await call()
            state.withLock { $0.outage = nil }
            return answer
        } catch {
            let isOpening = opening(error)
            note(error, for: isOpening ? Self.pause : pause(error), isTold: isOpening)
            throw error
        }
    }

    private func knownOutage() -> WeChatError? {
        let now = now()
        return state.withLock { state in
            guard let outage = state.outage else { return nil }
            guard outage.end <= now else { return outage.error }
            state.outage = (outage.error, now + Self.trial)
            return nil
        }
    }

    private func note(_ error: WeChatError, for pause: Duration?, isTold: Bool) {
        let now = now()
        let isToBeTold = state.withLock { state in
            if let pause {
                state.outage = (error, now + pause)
            } else if error.errcode != nil {
                // Any other answer of WeChat's shows at least that it takes the mini program.
                state.outage = nil
            }
            guard isTold, state.lastLine.map({ now - $0 >= Self.linePeriod }) ?? true else {
                return false
            }
            state.lastLine = now
            return true
        }
        guard isToBeTold else { return }
        logger?.error(
            "WeChat does not take this mini program: check its AppID and AppSecret, and its allow-list of addresses",
            metadata: ["wechat.appid": "\(appID)", "wechat.errcode": "\(error.errcode ?? 0)"])
    }
}
