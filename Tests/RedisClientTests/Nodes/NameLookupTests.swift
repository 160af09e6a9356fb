import Dispatch
import Logging
import NIOCore
import NIOPosix
import RedisServerFixture
import Synchronization
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct NameLookupTests {
    /// A name server of one name.
    private final class Names: Sendable {
        let address: Mutex<String>
        let lookups = Atomic<Int>(0)
        /// Holds lookups back until it is signalled.
        let gate = DispatchSemaphore(value: 0)
        let isOpen = Atomic<Bool>(true)

        init(_ address: String) { self.address = Mutex(address) }

        func resolve(_ host: String) -> NameLookup.Addresses {
            lookups.wrappingAdd(1, ordering: .relaxed)
            if !isOpen.load(ordering: .relaxed) { gate.wait() }
            return Result { [try SocketAddress(ipAddress: address.withLock(\.self), port: 0)] }
        }
    }

    private func withNode(
        _ names: Names, port: Int, loops: Int = 1, connectTimeout: Duration = .seconds(5),
        _ body: (RedisNode) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let endpoint = RedisConfiguration.Endpoint.tcp(host: "redis.test", port: port)
        var configuration = RedisConfiguration(.standalone(endpoint))
        configuration.connectTimeout = connectTimeout
        configuration.backoffCap = .milliseconds(100)
        var resources = ClientResources(
            configuration, loops: ClientLoops(group), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        resources.dialer = RedisDialer(configuration, lookup: NameLookup { names.resolve($0) })
        let node = RedisNode(locator: FixedLocator(endpoint: endpoint), resources: resources)
        do {
            try await body(node)
        } catch {
            await node.shutdown()
            try await group.shutdownGracefully()
            throw error
        }
        await node.shutdown()
        try await group.shutdownGracefully()
    }

    private func ask(_ node: RedisNode, _ words: String...) async throws(RedisError) -> RedisValue {
        let now = NIODeadline.now()
        let command = RedisCommand(words[0], arguments: words.dropFirst().map { .string($0) })
        return try await node.perform(command, asked: now, deadline: now + .seconds(5))
    }

    @Test func `a name that has a new address is followed at the next connection`() async throws {
        let first = try RedisServer()
        defer { first.kill() }
        let second = try RedisServer(port: first.port, arguments: ["--bind", "127.0.0.2"])
        defer { second.kill() }
        try first.ask("SET", "me", "1")
        let names = Names("127.0.0.1")
        try await withNode(names, port: first.port) { node async throws in
            #expect(try await ask(node, "GET", "me") == .bulk(ByteBuffer(string: "1")))
            names.address.withLock { $0 = "127.0.0.2" }
            #expect(try await ask(node, "GET", "me") == .bulk(ByteBuffer(string: "1")))
            first.kill()
            try await until("the other server") { (try? await ask(node, "GET", "me")) == .null }
        }
    }

    @Test func `a lookup that hangs ends each attempt in time, is not begun twice, and serves the next attempt`()
        async throws
    {
        try await withRedisServer { server async throws in
            let names = Names("127.0.0.1")
            names.isOpen.store(false, ordering: .relaxed)
            let limit = Duration.milliseconds(100)
            try await withNode(names, port: server.port, loops: 3, connectTimeout: limit) { node async throws in
                for _ in 0..<3 {
                    let start = ContinuousClock.now
                    let error = await failure { () async throws(RedisError) in try await node.connect() }
                    #expect(error?.code == .connectFailed)
                    #expect(ContinuousClock.now - start < limit * 20)
                }
                #expect(names.lookups.load(ordering: .relaxed) == 1)
                names.isOpen.store(true, ordering: .relaxed)
                names.gate.signal()
                try await until("a connection") { (try? await node.connect()) != nil }
            }
        }
    }
}
