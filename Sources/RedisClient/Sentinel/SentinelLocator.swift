import Logging
import NIOCore
import Synchronization

/// Asks Sentinels for the address of a master.
///
/// One after the other, beginning with the one that answered last, so that a dead one costs its time once. One whose
/// answer proved wrong goes to the end of the list: it may be cut off from the others. All loops share the list.
final class SentinelLocator: ServerLocator {
    private struct State {
        /// Whom to ask, best first.
        var order: [RedisConfiguration.Endpoint]
        /// The address the first one gave; `nil` when it proved wrong.
        var answer: RedisConfiguration.Endpoint?
        /// The latest address of all.
        var latest: RedisConfiguration.Endpoint?
        /// Those who want to know of moves.
        var listeners: [@Sendable () -> Void] = []
        var watch: NIOLoopBound<SentinelWatch>?
        var isShutdown = false
    }

    private let sentinels: RedisSentinels
    private let question: SentinelQuestion
    private let resources: ClientResources
    private let state: Mutex<State>

    init(_ sentinels: RedisSentinels, resources: ClientResources) {
        self.sentinels = sentinels
        self.resources = resources
        question = SentinelQuestion(sentinels)
        state = Mutex(State(order: sentinels.addresses))
    }

    func whenServerMayHaveMoved(_ notify: @escaping @Sendable () -> Void) {
        state.withLock { $0.listeners.append(notify) }
    }

    func locate(on loop: any EventLoop) -> EventLoopFuture<RedisConfiguration.Endpoint> {
        watch(on: loop)
        let order = state.withLock { $0.order }
        return ask(order[...], on: loop, or: RedisError(.connectFailed, wasSent: false, detail: .noSentinel))
    }

    func locationFailed(_ endpoint: RedisConfiguration.Endpoint) {
        state.withLock { state in
            guard state.answer == endpoint, let first = state.order.first else { return }
            state.answer = nil
            state.order.removeFirst()
            state.order.append(first)
        }
    }

    /// Asks the rest of the list; when nobody knows, says the most telling of what those before answered.
    private func ask(
        _ rest: ArraySlice<RedisConfiguration.Endpoint>, on loop: any EventLoop, or failure: RedisError
    ) -> EventLoopFuture<RedisConfiguration.Endpoint> {
        guard let sentinel = rest.first else { return loop.makeFailedFuture(failure) }
        return resources.dialer.ask(
            question.commands, at: sentinel, on: loop, within: TimeAmount(sentinels.answerTimeout)
        )
        .flatMapThrowing { [question] replies in try question.address(in: replies) }
        .map { address in
            self.promote(sentinel, answer: address)
            return address
        }
        .flatMapError { error in
            self.resources.logger.debug(
                "Sentinel did not answer", metadata: ["redis.sentinel": "\(sentinel)", "redis.error": "\(error)"])
            let telling = (error as? RedisError).flatMap { SentinelQuestion.isTelling($0) ? $0 : nil }
            return self.ask(rest.dropFirst(), on: loop, or: telling ?? failure)
        }
    }

    private func promote(_ sentinel: RedisConfiguration.Endpoint, answer: RedisConfiguration.Endpoint) {
        let hasMoved = state.withLock { state in
            state.answer = answer
            let before = state.latest
            state.latest = answer
            if let place = state.order.firstIndex(of: sentinel), place > 0 {
                state.order.remove(at: place)
                state.order.insert(sentinel, at: 0)
            }
            return before != nil && before != answer
        }
        // The one that asked has found out first. A connection to the old master may live on, and read old data, or
        // wait for notices that never come.
        if hasMoved { announceMove() }
    }

    private func announceMove() {
        for listener in state.withLock(\.listeners) { listener() }
    }

    // MARK: Hints

    /// Starts to listen for failovers, once.
    private func watch(on loop: any EventLoop) {
        let isFirst = state.withLock { state in
            guard state.watch == nil, !state.isShutdown else { return false }
            let watch = SentinelWatch(sentinels, loop: loop.assumeIsolated(), resources: resources) {
                [weak self] in self?.announceMove()
            }
            state.watch = NIOLoopBound(watch, eventLoop: loop)
            return true
        }
        guard isFirst else { return }
        state.withLock(\.watch)?.value.start()
    }

    func shutdown(on loop: any EventLoop) -> EventLoopFuture<Void> {
        let watch = state.withLock { state in
            state.isShutdown = true
            return state.watch.take()
        }
        guard let watch else { return loop.makeSucceededVoidFuture() }
        return watch.eventLoop.flatSubmit { watch.value.stop() }
    }
}
