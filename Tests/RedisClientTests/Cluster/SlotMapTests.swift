import NIOCore
import Testing

@testable import RedisClient

@Suite struct SlotMapTests {
    private let asked = RedisConfiguration.Endpoint.tcp(host: "seed", port: 6_379)

    private func map(_ reply: RedisValue) throws -> SlotMap { try SlotMap(reply: reply, asked: asked) }

    private func node(_ host: RedisValue, _ port: Int, _ rest: RedisValue...) -> RedisValue {
        .array([host, .integer(port), .text("id")] + rest)
    }

    private func range(_ first: Int, _ last: Int, _ nodes: RedisValue...) -> RedisValue {
        .array([.integer(first), .integer(last)] + nodes)
    }

    @Test func `slots have the primaries they were told with`() throws {
        let map = try map(
            .array([
                range(0, 99, node(.text("a"), 1), node(.text("r"), 3)), range(200, 16_383, node(.text("b"), 2)),
                range(100, 100, node(.text("a"), 1), node(.text("r"), 3)),
            ]))
        #expect(map.primaries == [.tcp(host: "a", port: 1), .tcp(host: "b", port: 2)])
        #expect(map.replicas == [.tcp(host: "r", port: 3)])
        let owners = [0, 99, 100, 101, 199, 200, 16_383].map { HashSlot(number: $0).flatMap { map.owner(of: $0) } }
        #expect(owners == [0, 0, 0, nil, nil, 1, 1])
    }

    @Test(arguments: [RedisValue.null, .text("")])
    func `a node without a host has the host that was asked`(host: RedisValue) throws {
        let map = try map(.array([range(0, 1, node(host, 7_000))]))
        #expect(map.primaries == [.tcp(host: "seed", port: 7_000)])
    }

    @Test func `a node that should have a name and has none is called by its address`() throws {
        let metadata = RedisValue.array([.text("hostname"), .text("x"), .text("ip"), .text("10.0.0.1")])
        let map = try map(.array([range(0, 1, node(.text("?"), 7_000, metadata))]))
        #expect(map.primaries == [.tcp(host: "10.0.0.1", port: 7_000)])
    }

    @Test func `a node that belongs to no cluster is not an answer`() {
        #expect(throws: RedisError(.connectFailed, wasSent: false)) { try map(.array([])) }
    }

    @Test func `a map that is none is refused`() {
        let a = node(.text("a"), 1)
        let nonsense: [RedisValue] = [
            .null, .integer(1), .text("0 1 a"), .array([.null]), .array([.array([])]), .array([range(0, 1)]),
            .array([range(1, 0, a)]), .array([range(-1, 0, a)]), .array([range(0, 16_384, a)]),
            .array([range(.min, .max, a)]), .array([range(0, 1, .null)]), .array([range(0, 1, .array([]))]),
            .array([range(0, 1, node(.text("a"), 0))]), .array([range(0, 1, node(.text("a"), 65_536))]),
            .array([range(0, 1, node(.integer(1), 1))]), .array([range(0, 1, node(.text("a b"), 1))]),
            .array([range(0, 1, node(.text("a\r\nb"), 1))]), .array([range(0, 1, node(.text("?"), 1))]),
            .array([range(0, 1, node(.text(String(repeating: "a", count: 256)), 1))]),
            .array([range(0, 9, a), range(9, 10, a)]),
            .array([range(0, 9, .array([.bulk(ByteBuffer(bytes: [0xFF, 0xFE])), .integer(1)]))]),
            .array((0..<1_001).map { range($0, $0, node(.text("h\($0)"), 1)) }),
            .array([.array([.integer(0), .integer(1), a] + (0..<1_001).map { node(.text("h\($0)"), 1) })]),
            .array((0..<16_385).map { range($0, $0, a) }),
        ]
        for (place, reply) in nonsense.enumerated() {
            #expect(throws: RedisError(.protocolViolation, wasSent: true), "\(place)") { try map(reply) }
        }
    }

    @Test func `a redirection changes one slot`() throws {
        var map = try map(.array([range(0, 9, node(.text("a"), 1))]))
        let five = try #require(HashSlot(number: 5))
        let six = try #require(HashSlot(number: 6))
        let changes = (0..<2).map { _ in map.setOwner(of: five, to: .tcp(host: "new", port: 2)) }
        #expect(changes == [true, false])
        #expect(map.owner(of: five) == 1)
        #expect(map.owner(of: six) == 0)
    }
}

extension RedisValue {
    fileprivate static func text(_ text: String) -> Self { .bulk(ByteBuffer(string: text)) }
}
