import Testing

@testable import RedisClient

@Suite struct SubscriptionRegistryTests {
    private typealias Registry = SubscriptionRegistry<String>

    private func topics(_ names: String...) -> Set<SubscriptionTopic> { Set(names.map { .channel(ExactText($0)) }) }

    private func established(_ notices: [Registry.Notice]) -> [UInt64] {
        notices.compactMap { if case .established(let number, _) = $0 { number } else { nil } }
    }

    private func resumed(_ notices: [Registry.Notice]) -> [String] {
        notices.compactMap { if case .resumed(let name) = $0 { name } else { nil } }
    }

    @Test func `a subscriber is established when the server agreed to all of its topics`() {
        var registry = Registry()
        let (requests, isEstablished) = registry.add(1, "a", topics: topics("x", "y"))
        #expect(requests.count == 2 && !isEstablished)
        #expect(established(registry.agreed(to: requests[0])).isEmpty)
        #expect(established(registry.agreed(to: requests[1])) == [1])
        #expect(registry.agreed(to: requests[1]).isEmpty)
    }

    @Test func `the second subscriber of a topic asks for nothing, and the last one ends it`() {
        var registry = Registry()
        let first = registry.add(1, "a", topics: topics("x"))
        let early = registry.add(2, "b", topics: topics("x"))
        #expect(early.requests.isEmpty && !early.isEstablished)
        #expect(established(registry.agreed(to: first.requests[0])) == [1, 2])
        let late = registry.add(3, "c", topics: topics("x"))
        #expect(late.requests.isEmpty && late.isEstablished)
        #expect(registry.subscribers(of: .channel(ExactText("x"))) == ["a", "b", "c"])
        #expect(registry.remove(1)?.unwanted == [])
        #expect(registry.remove(3)?.unwanted == [])
        #expect(registry.remove(2)?.unwanted == [.channel(ExactText("x"))])
        #expect(registry.remove(2) == nil)
        #expect(registry.isEmpty)
    }

    @Test func `an answer to a request that was given up meets nobody`() {
        var registry = Registry()
        let old = registry.add(1, "a", topics: topics("x")).requests[0]
        _ = registry.remove(1)
        let new = registry.add(2, "b", topics: topics("x")).requests[0]
        #expect(registry.agreed(to: old).isEmpty)
        #expect(registry.refused(old).notices.isEmpty)
        #expect(established(registry.agreed(to: new)) == [2])
    }

    @Test func `who is refused one topic loses the others, which end when nobody else wants them`() throws {
        var registry = Registry()
        let requests = registry.add(1, "a", topics: topics("x", "y", "z")).requests
        _ = registry.add(2, "b", topics: topics("z"))
        let refused = try #require(requests.first { $0.topic == .channel(ExactText("x")) })
        let (notices, unwanted) = registry.refused(refused)
        #expect(notices.count == 1)
        #expect(unwanted == [.channel(ExactText("y"))])
        #expect(registry.subscribers(of: .channel(ExactText("z"))) == ["b"])
    }

    @Test func `after a lost connection everything is asked for again, and those who had it all are told`() {
        var registry = Registry()
        for request in registry.add(1, "a", topics: topics("x", "y")).requests { _ = registry.agreed(to: request) }
        _ = registry.add(2, "b", topics: topics("x", "z"))
        #expect(registry.connectionLost() == ["a"])
        #expect(registry.connectionLost() == [])
        let again = registry.requestAll()
        #expect(Set(again.map(\.topic)) == topics("x", "y", "z"))
        var told: [String] = []
        var new: [UInt64] = []
        for request in again {
            let notices = registry.agreed(to: request)
            told += resumed(notices)
            new += established(notices)
        }
        #expect(told == ["a"] && new == [2])
    }

    @Test func `patterns are no channels, and channels are told apart by their bytes`() {
        var registry = Registry()
        _ = registry.add(1, "a", topics: [.pattern(ExactText("x"))])
        _ = registry.add(2, "b", topics: topics("caf\u{E9}"))
        #expect(registry.subscribers(of: .channel(ExactText("x"))).isEmpty)
        #expect(registry.subscribers(of: .channel(ExactText("cafe\u{301}"))).isEmpty)
        #expect(registry.subscribers(of: .channel(ExactText("caf\u{E9}"))) == ["b"])
    }
}
