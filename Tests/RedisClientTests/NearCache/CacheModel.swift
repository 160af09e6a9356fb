@testable import RedisClient

/// A cache between a server and its readers, as simple as can be told, with everything that can overtake something.
///
/// Commands and messages travel on two connections: a reply waits in `replies`, a message in `messages`, and each is
/// delivered when chance says so, every kind in its own order.
struct CacheModel {
    private struct Reply {
        let load: UInt64
        let key: Int
        let version: Int
        let expiry: CacheInstant
    }

    private enum Message {
        case changed(Int)
        case flushed
        case pong(sent: CacheInstant)
    }

    static let keyCount = 4
    private let shard = CacheShard(maximumCount: 3, maximumBytes: 1_000)
    private let feed = FeedState()
    private let lease = Duration.seconds(3)

    private var now = CacheInstant.seconds(1)
    private var versions = [Int](repeating: 0, count: keyCount)
    /// When the server removes each key; a new version begins then, though no message tells of it.
    private var expiries = [CacheInstant](repeating: .distantFuture, count: keyCount)
    private var asked: [(load: UInt64, key: Int, at: CacheInstant)] = []
    private var replies: [Reply] = []
    private var messages: [Message] = []
    private var isListening = false
    private var lastPing = CacheInstant.distantPast
    private(set) var hits = 0

    /// One thing that happens.
    ///
    /// - Returns: What is wrong about it; `nil` when nothing is.
    mutating func step(_ random: inout SeededGenerator) -> String? {
        let key = Int.random(in: 0..<Self.keyCount, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8:
            let expires = Bool.random(using: &random)
            write(key, expiringIn: expires ? Double.random(in: 0.1...5, using: &random) : nil)
        case 8..<10: flush()
        case 10..<30: return read(key)
        case 30..<40: beginLoad(key)
        case 40..<58: serverAnswers()
        case 58..<74: deliverReply()
        case 74..<88: deliverMessage()
        case 88..<92: now = now + .milliseconds(Int.random(in: 1...700, using: &random))
        case 92..<96: ping()
        case 96: loseFeed()
        case 97..<99: startFeed()
        default: ownChange(key, &random)
        }
        return nil
    }

    private func name(_ key: Int) -> String { "k\(key)" }

    private mutating func write(_ key: Int, expiringIn seconds: Double?) {
        versions[key] += 1
        expiries[key] = seconds.map { now + .seconds($0) } ?? .distantFuture
        if isListening { messages.append(.changed(key)) }
    }

    private mutating func flush() {
        for key in versions.indices {
            versions[key] += 1
            expiries[key] = .distantFuture
        }
        if isListening { messages.append(.flushed) }
    }

    /// What may be served: the present version, or one whose change is on its way to us over a connection that lives
    /// and has shown so.
    private mutating func read(_ key: Int) -> String? {
        guard let version = shard.number(name(key), at: now) else { return nil }
        hits += 1
        guard isListening else { return "served without a feed" }
        guard now < lastPing + lease else { return "served after the lease" }
        guard version == versions[key] else {
            let isAnnounced = messages.contains {
                switch $0 {
                case .changed(let changed): changed == key
                case .flushed: true
                case .pong: false
                }
            }
            return isAnnounced ? nil : "served version \(version) of key \(key), which is at \(versions[key])"
        }
        return now < expiries[key] ? nil : "served after the server's expiry"
    }

    private mutating func beginLoad(_ key: Int) {
        guard feed.isLive(at: now), asked.count < 20, let load = shard.beginLoad(name(key), feed, at: now) else {
            return
        }
        asked.append((load, key, now))
    }

    private mutating func serverAnswers() {
        guard !asked.isEmpty else { return }
        let (load, key, at) = asked.removeFirst()
        let life = expiries[key] == .distantFuture ? Duration.seconds(30) : now.duration(to: expiries[key])
        // PTTL says what is left now; the cache counts from when it asked.
        replies.append(Reply(load: load, key: key, version: versions[key], expiry: at + min(life, .seconds(30))))
    }

    private mutating func deliverReply() {
        guard !replies.isEmpty else { return }
        let reply = replies.removeFirst()
        shard.endLoad(reply.load, name(reply.key), reply.version, expiry: reply.expiry, at: now)
    }

    private mutating func deliverMessage() {
        guard isListening, !messages.isEmpty else { return }
        switch messages.removeFirst() {
        case .changed(let key): shard.invalidate(ExactText(name(key)))
        case .flushed: feed.forgetAll()
        case .pong(let sent):
            feed.extend(leaseUntil: sent + lease)
            lastPing = max(lastPing, sent)
        }
    }

    private mutating func ping() {
        if isListening { messages.append(.pong(sent: now)) }
    }

    private mutating func loseFeed() {
        guard isListening else { return }
        isListening = false
        messages = []
        feed.end()
    }

    private mutating func startFeed() {
        guard !isListening else { return }
        isListening = true
        lastPing = now
        feed.begin(leaseUntil: now + lease)
    }

    /// A change by this process: what follows its reply must not read what was before.
    private mutating func ownChange(_ key: Int, _ random: inout SeededGenerator) {
        shard.forget(ExactText(name(key)))
        write(key, expiringIn: nil)
        if Bool.random(using: &random) { beginLoad(key) }
        shard.forget(ExactText(name(key)))
    }
}
