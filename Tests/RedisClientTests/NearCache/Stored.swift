@testable import RedisClient

/// A value in a cache of tests.
final class Stored: Sendable {
    let number: Int

    init(_ number: Int) { self.number = number }
}

extension CacheInstant {
    static func seconds(_ seconds: Double) -> Self { Self(nanoseconds: UInt64(seconds * 1_000_000_000)) }

    /// Zero when the other one is past.
    func duration(to other: Self) -> Duration {
        other < self ? .zero : .nanoseconds(other.nanoseconds - nanoseconds)
    }
}

extension CacheShard {
    /// The number of the value that would be served.
    func number(_ key: String, at now: CacheInstant = .seconds(1)) -> Int? {
        find(ExactText(key), at: now).flatMap { ($0 as? Stored)?.number }
    }

    /// Begins a load; fails the test's expectation with `nil` when another one is to be joined.
    func beginLoad(_ key: String, _ feed: FeedState, at now: CacheInstant = .seconds(1)) -> UInt64? {
        if case .load(let number) = missed(ExactText(key), feed: feed, at: now) { number } else { nil }
    }

    /// Ends a load with a value.
    func endLoad(
        _ load: UInt64, _ key: String, _ number: Int, expiry: CacheInstant = .seconds(30),
        at now: CacheInstant = .seconds(1)
    ) {
        let stored = Stored(number)
        endLoad(
            load, of: ExactText(key), keeping: Loaded(object: stored, byteCount: 8, expiry: expiry),
            outcome: .loaded(stored), at: now)
    }

    /// Loads a value as one caller does whom nothing disturbs.
    func fill(_ key: String, _ number: Int, _ feed: FeedState, expiry: CacheInstant = .seconds(30)) {
        guard let load = beginLoad(key, feed) else { return }
        endLoad(load, key, number, expiry: expiry)
    }
}
