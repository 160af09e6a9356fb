import NIOCore
import RedisServerFixture
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct HashSlotTests {
    @Test func `the specification's example has its slot`() {
        #expect(HashSlot(of: "123456789").number == 0x31C3)
    }

    @Test(arguments: [
        ("{user1000}.following", "user1000"), ("foo{bar}{zap}", "bar"), ("foo{{bar}}zap", "{bar"), ("a{b}", "b"),
    ])
    func `a hash tag alone decides`(key: String, tag: String) {
        #expect(HashSlot(of: key) == HashSlot(of: tag))
    }

    @Test(arguments: ["foo{}{bar}", "foo{bar", "foo}bar{", "{}", "{", "}"])
    func `without a tag the whole key decides`(key: String) {
        // A space before it changes nothing but the key: were there a tag, both would have its slot.
        #expect(HashSlot(of: key) != HashSlot(of: key + "x"))
    }

    @Test(.enabled(if: RedisServer.isAvailable))
    func `every key has the slot the server gives it`() async throws {
        try await withRedisCluster(primaries: 1) { cluster in
            let seed = UInt64.random(in: 0 ... .max)
            var random = SeededGenerator(seed: seed)
            let conversation = try cluster.primaries[0].conversation()
            for _ in 0..<2_000 {
                let letters = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                    "{}{}abcxyz:0189 é会".randomElement(using: &random) ?? "a"
                }
                let key = String(letters)
                let slot = try conversation.ask(["CLUSTER", "KEYSLOT", key])
                #expect(slot == .number(Int(HashSlot(of: key).number)), "seed \(seed)")
                #expect(HashSlot(of: key) == RedisArgument.bytes(.init(string: key)).hashSlot)
            }
            let number = Int(RedisArgument.integer(-42).hashSlot.number)
            #expect(try conversation.ask(["CLUSTER", "KEYSLOT", "-42"]) == .number(number))
        }
    }
}
