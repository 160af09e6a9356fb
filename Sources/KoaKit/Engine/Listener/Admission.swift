import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Counts what is being served against the caps of the server.
///
/// The counts are of the whole server, not of a loop: behind a proxy one connection may carry most requests. A cap that
/// is not set costs nothing.
final class Admission: Sendable {
    /// What a client over a cap is told.
    let refusal: HTTPError
    private let connectionCap: Int?
    private let requestCap: Int?
    private let connections = Atomic(0)
    private let refusedConnections = Atomic(0)
    private let requests = Atomic(0)
    private let logger: Logger
    private let report = Mutex((count: 0, next: NIODeadline.uptimeNanoseconds(0)))

    init(_ options: ServerOptions, logger: Logger) {
        connectionCap = options.maximumConnections
        requestCap = options.maximumRequestsInFlight
        self.logger = logger
        let seconds = max(
            1, options.retryAfter.components.seconds + (options.retryAfter.components.attoseconds > 0 ? 1 : 0))
        refusal = HTTPError(
            503, "the server is at its limit", headers: ["Retry-After": "\(seconds)"], reason: .overloaded)
    }

    /// Whether one more connection is served; if so, ``connectionEnded()`` must follow.
    func admitsConnection() -> Bool {
        guard let connectionCap else { return true }
        return take(from: connections, upTo: connectionCap)
    }

    func connectionEnded() {
        if connectionCap != nil { connections.subtract(1, ordering: .relaxed) }
    }

    /// Whether one more refused connection is told why; if so, ``refusedConnectionEnded()`` must follow.
    func answersRefusal() -> Bool { take(from: refusedConnections, upTo: Self.answeredRefusals) }

    func refusedConnectionEnded() { refusedConnections.subtract(1, ordering: .relaxed) }

    /// Whether one more request is handled; if so, ``requestEnded()`` must follow when its handler has returned.
    @inline(__always)
    func admitsRequest() -> Bool {
        guard let requestCap else { return true }
        return take(from: requests, upTo: requestCap)
    }

    @inline(__always)
    func requestEnded() {
        if requestCap != nil { requests.subtract(1, ordering: .relaxed) }
    }

    /// How many refused connections wait at once for their request; further ones are closed at once.
    private static let answeredRefusals = 256

    private func take(from count: borrowing Atomic<Int>, upTo cap: Int) -> Bool {
        guard count.add(1, ordering: .relaxed).newValue > cap else { return true }
        count.subtract(1, ordering: .relaxed)
        noteRefusal()
        return false
    }

    /// A line a second at most: who sheds load has no time to log.
    private func noteRefusal() {
        let now = NIODeadline.now()
        let count = report.withLock { report -> Int? in
            report.count += 1
            guard now >= report.next else { return nil }
            defer { report = (0, now + .seconds(1)) }
            return report.count
        }
        guard let count else { return }
        logger.warning("over the limit: refusing with 503", metadata: ["refused": "\(count)"])
    }
}
