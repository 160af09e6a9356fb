import NIOCore

/// A value that ends and that all nodes share, renewed by one of them at a time: an access token of an upstream service.
///
/// ```swift
/// let token = SharedValue(redis: redis, name: "wx:\(appID):access-token") {
///     let reply = try await upstream.accessToken()
///     return .init(reply.token, lifetime: reply.expiresIn)
/// }
/// try await token.value()
/// ```
///
/// Callers of one process join in one question (``SingleFlight``). A value in the first part of its life is taken from
/// Redis as it is. After that whoever gets the lock (``RedisLock``) renews it, and everyone else goes on with the old
/// one while it lasts; without one they wait for the renewal. The new value is stored under the fence of the lock, so
/// a holder that stalled cannot put an older value over a newer one.
public struct SharedValue: Sendable {
    /// What a renewal got.
    public struct Renewal: Sendable {
        let value: String
        let lifetime: Duration

        /// Makes a renewal.
        ///
        /// - Parameters:
        ///   - value: What to share; encrypt it here if a dump of Redis must not hold it.
        ///   - lifetime: How long it is good for, from the moment it was asked for; at least a second.
        public init(_ value: String, lifetime: Duration) {
            self.value = value
            self.lifetime = lifetime
        }
    }

    /// There is no value, and nobody renewed it in time.
    public struct TimedOut: Error {}

    let store: SharedValueStore
    private let lock: RedisLock
    private let flight: SingleFlight<String, String>
    private let limits: Limits
    private let renew: @Sendable () async throws -> Renewal

    /// Makes a shared value; nothing is asked before it is wanted.
    ///
    /// - Parameters:
    ///   - redis: Where it is shared.
    ///   - name: The same on all nodes. Its keys are `{name}:value`, `{name}:lock` and `{name}:fence`.
    ///   - limits: How long things may take.
    ///   - renew: Asks upstream. Cancelled when it takes longer than ``Limits/renewal``.
    public init(
        redis: RedisClient, name: String, limits: Limits = Limits(),
        renew: @escaping @Sendable () async throws -> Renewal
    ) {
        store = SharedValueStore(redis: redis, name: name)
        lock = RedisLock(redis: redis, name: name)
        flight = SingleFlight(timeLimit: limits.wait + limits.renewal)
        self.limits = limits
        self.renew = renew
    }

    /// The value, renewed if need be.
    ///
    /// - Throws: What the renewal threw, ``TimedOut``, ``RedisError``, or `CancellationError`.
    public func value() async throws -> String {
        try await flight.value(for: "") { try await current() }
    }

    /// Drops a value that upstream no longer takes, unless it was renewed meanwhile.
    ///
    /// - Parameter value: The one that was refused.
    /// - Returns: Whether it was still the shared one.
    /// - Throws: ``RedisError``.
    @discardableResult
    public func invalidate(_ value: String) async throws(RedisError) -> Bool {
        try await store.remove(value)
    }

    private func current() async throws -> String {
        let deadline = NIODeadline.now() + TimeAmount(limits.wait)
        while true {
            let stored = try await store.read()
            if let stored, isFresh(stored) { return stored.value }
            let acquisition: RedisLock.Acquisition
            do {
                acquisition = try await toTheEnd { [lock, limits] in try await lock.acquire(for: limits.lease) }
            } catch {
                return try orGoOn(with: stored, after: error)
            }
            switch acquisition {
            case .acquired(let lease):
                return try await renewed(under: lease, insteadOf: stored)
            case .heldByAnother:
                if let stored { return stored.value }
            }
            guard NIODeadline.now() < deadline else { throw TimedOut() }
            // Jitter, so that the nodes that wait do not ask in step.
            try await Task.sleep(for: .milliseconds(.random(in: 50...200)))
        }
    }

    /// The old value, which is good until its end, whatever Redis or upstream say of a new one; but who is cancelled
    /// ends.
    private func orGoOn(with stored: SharedValueStore.Record?, after error: any Error) throws -> String {
        guard let stored, !Task.isCancelled else { throw error }
        return stored.value
    }

    private func renewed(
        under lease: RedisLock.Lease, insteadOf stored: SharedValueStore.Record?
    ) async throws -> String {
        let outcome: Result<String, any Error>
        do {
            outcome = .success(try await renewedUnlessAnotherDid(under: lease, insteadOf: stored))
        } catch {
            outcome = .failure(error)
        }
        // The lease ends by itself should Redis not answer now.
        _ = try? await toTheEnd { [lock] in try await lock.release(lease) }
        return try outcome.get()
    }

    /// Asks Redis in a task of its own, which does not end when nobody waits for the value any more, but no later than
    /// the command timeout.
    ///
    /// A lock that is taken, or not given back, by a task that was cancelled in between keeps all nodes without a value
    /// for the whole lease.
    private func toTheEnd<Answer: Sendable>(
        _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await Task { try await ask() }.value
    }

    private func renewedUnlessAnotherDid(
        under lease: RedisLock.Lease, insteadOf old: SharedValueStore.Record?
    ) async throws -> String {
        let stored: SharedValueStore.Record?
        do {
            // Read again: the last holder may have finished between our first look and the lock.
            stored = try await store.read()
        } catch {
            return try orGoOn(with: old, after: error)
        }
        if let stored, isFresh(stored) { return stored.value }
        do {
            let asked = NIODeadline.now()
            let renewal = try await withTimeLimit(limits.renewal, renew)
            // Good for this caller even if Redis could not be told of it; the next one will ask Redis first.
            _ = try? await toTheEnd { [store] in try await store.write(renewal, asked: asked, fence: lease.fence) }
            return renewal.value
        } catch {
            return try orGoOn(with: stored, after: error)
        }
    }

    private func isFresh(_ record: SharedValueStore.Record) -> Bool {
        let last = record.lifetime * (1 - limits.renewAt)
        return record.remaining > min(last, limits.renewBefore ?? last)
    }
}
