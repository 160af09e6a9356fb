/// Who wants which topics, and which of them the server has agreed to.
///
/// Subscribers of one topic share one subscription of the server. Nothing here waits or sends: each method returns
/// what is to be done.
struct SubscriptionRegistry<Subscriber> {
    /// A subscription the server was asked for; an answer that comes after the topic was given up has an old number.
    struct Request: Hashable {
        let topic: SubscriptionTopic
        let number: UInt64
    }

    /// Something to tell a subscriber.
    enum Notice {
        /// All of its topics are subscribed, for the first time.
        case established(UInt64, Subscriber)
        /// All of its topics are subscribed again.
        case resumed(Subscriber)
        /// It is no longer subscribed to anything.
        case refused(UInt64, Subscriber, wasEstablished: Bool)
    }

    private struct Entry {
        let subscriber: Subscriber
        let topics: Set<SubscriptionTopic>
        var missing: Set<SubscriptionTopic>
        var wasEstablished = false
    }

    private struct Interest {
        var identifiers: [UInt64] = []
        var request: UInt64
        var isActive = false
    }

    private var entries: [UInt64: Entry] = [:]
    private var interests: [SubscriptionTopic: Interest] = [:]
    private var lastRequest: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }

    /// Adds a subscriber.
    ///
    /// - Returns: What to ask the server for, and whether everything it wants is already there.
    mutating func add(
        _ identifier: UInt64, _ subscriber: Subscriber, topics: Set<SubscriptionTopic>
    ) -> (requests: [Request], isEstablished: Bool) {
        var requests: [Request] = []
        var missing = topics
        for topic in topics {
            if interests[topic] == nil { requests.append(open(topic)) }
            if interests[topic]?.isActive == true { missing.remove(topic) }
            interests[topic]?.identifiers.append(identifier)
        }
        entries[identifier] = Entry(
            subscriber: subscriber, topics: topics, missing: missing, wasEstablished: missing.isEmpty)
        return (requests, missing.isEmpty)
    }

    /// Removes a subscriber.
    ///
    /// - Returns: It, if it was there, and the topics nobody wants any more.
    mutating func remove(_ identifier: UInt64) -> (subscriber: Subscriber, unwanted: [SubscriptionTopic])? {
        guard let entry = entries.removeValue(forKey: identifier) else { return nil }
        var unwanted: [SubscriptionTopic] = []
        for topic in entry.topics {
            interests[topic]?.identifiers.removeAll { $0 == identifier }
            guard interests[topic]?.identifiers.isEmpty == true else { continue }
            interests[topic] = nil
            unwanted.append(topic)
        }
        return (entry.subscriber, unwanted)
    }

    /// Notes that the server has agreed.
    ///
    /// - Returns: Whom to tell.
    mutating func agreed(to request: Request) -> [Notice] {
        guard let interest = interests[request.topic], interest.request == request.number else { return [] }
        interests[request.topic]?.isActive = true
        return interest.identifiers.compactMap { identifier in
            guard entries[identifier]?.missing.remove(request.topic) != nil, let entry = entries[identifier],
                entry.missing.isEmpty
            else { return nil }
            entries[identifier]?.wasEstablished = true
            return entry.wasEstablished
                ? .resumed(entry.subscriber) : .established(identifier, entry.subscriber)
        }
    }

    /// Notes that the server has refused; whoever wants the topic loses its other topics as well.
    ///
    /// - Returns: Whom to tell, and the topics nobody wants any more.
    mutating func refused(_ request: Request) -> (notices: [Notice], unwanted: [SubscriptionTopic]) {
        guard let interest = interests[request.topic], interest.request == request.number else { return ([], []) }
        var notices: [Notice] = []
        var unwanted: [SubscriptionTopic] = []
        for identifier in interest.identifiers {
            let wasEstablished = entries[identifier]?.wasEstablished == true
            guard let removed = remove(identifier) else { continue }
            notices.append(.refused(identifier, removed.subscriber, wasEstablished: wasEstablished))
            unwanted += removed.unwanted
        }
        return (notices, unwanted.filter { $0 != request.topic })
    }

    /// Notes that the server has forgotten everything.
    ///
    /// - Returns: Those who were subscribed to all they want until now.
    mutating func connectionLost() -> [Subscriber] {
        for topic in interests.keys { interests[topic]?.isActive = false }
        return entries.keys.compactMap { identifier in
            guard let entry = entries[identifier] else { return nil }
            let wasWhole = entry.wasEstablished && entry.missing.isEmpty
            entries[identifier]?.missing = entry.topics
            return wasWhole ? entry.subscriber : nil
        }
    }

    /// What to ask a server for that knows of nothing.
    mutating func requestAll() -> [Request] { interests.keys.map { open($0) } }

    /// Those who want a topic.
    func subscribers(of topic: SubscriptionTopic) -> [Subscriber] {
        interests[topic]?.identifiers.compactMap { entries[$0]?.subscriber } ?? []
    }

    /// Removes everyone.
    mutating func removeAll() -> [(identifier: UInt64, subscriber: Subscriber)] {
        defer { self = Self() }
        return entries.map { ($0.key, $0.value.subscriber) }
    }

    private mutating func open(_ topic: SubscriptionTopic) -> Request {
        lastRequest += 1
        interests[topic, default: Interest(request: lastRequest)].request = lastRequest
        return Request(topic: topic, number: lastRequest)
    }
}
