import NIOCore

/// Decides what becomes of a command that a node of a cluster did not serve.
///
/// Only what certainly did not run is sent again: a node that redirects or cannot serve now says so instead of
/// running the command. A lost connection says nothing of the kind.
struct ClusterAttempt {
    enum Step {
        case fail(RedisError)
        /// Send it there, after a pause if it has been sent around already, and remember who serves the slot.
        case move(slot: HashSlot, to: RedisConfiguration.Endpoint, after: TimeAmount)
        /// Send it there this one time, after a pause if it has been sent around already.
        case ask(RedisConfiguration.Endpoint, after: TimeAmount)
        /// Send it again where the map says, after a pause; to another node if any will do.
        case tryAgain(after: TimeAmount)
    }

    static let maximumRedirections = 5
    /// As many are followed at once; more than these mean that the nodes are about to agree, which takes a moment.
    private static let promptRedirections = 2

    private static let firstPause = TimeAmount.milliseconds(10)
    private static let longestPause = TimeAmount.milliseconds(200)

    /// Where the keys of the command are; `nil` when it has none, and any node will do.
    let slot: HashSlot?
    let deadline: NIODeadline
    private var redirections = 0
    private var pauses = 0

    init(slot: HashSlot?, deadline: NIODeadline) {
        self.slot = slot
        self.deadline = deadline
    }

    /// Picks the next step after a failure of a node.
    mutating func step(
        after error: RedisError, of asked: RedisConfiguration.Endpoint, now: NIODeadline
    ) -> Step {
        if let redirection = error.serverError?.redirection {
            redirections += 1
            guard redirections <= Self.maximumRedirections else {
                return .fail(RedisError(.tooManyRedirections, wasSent: false, serverError: error.serverError))
            }
            let pause = redirections > Self.promptRedirections ? nextPause() : .zero
            guard now + pause < deadline else { return .fail(RedisError(.timeout, wasSent: false)) }
            let endpoint = redirection.endpoint(relativeTo: asked)
            return error.serverError == .ask
                ? .ask(endpoint, after: pause) : .move(slot: redirection.slot, to: endpoint, after: pause)
        }
        if error.serverError == .tryAgain || error.serverError == .clusterDown {
            // Bounded by the deadline alone. A slot on the move may say ASK and TRYAGAIN in turn for a while.
            redirections = 0
            let pause = nextPause()
            return now + pause < deadline ? .tryAgain(after: pause) : .fail(error)
        }
        guard slot == nil, error.code == .connectFailed, !error.wasSent, redirections < Self.maximumRedirections,
            now < deadline
        else { return .fail(error) }
        redirections += 1
        return .tryAgain(after: .zero)
    }

    /// Doubles up to a bound; half of it is random, so that callers who met do not meet again.
    private mutating func nextPause() -> TimeAmount {
        let bound = min(Self.longestPause, Self.firstPause * (1 << min(pauses, 10)))
        pauses += 1
        return .nanoseconds(.random(in: bound.nanoseconds / 2...bound.nanoseconds))
    }
}
