import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import RedisClient

/// Nodes that say what no real one would, or not when a test wants it.
@Suite(.timeLimit(.minutes(1))) struct ClusterScriptTests {
    /// Counts the commands a scripted node has heard.
    final class Heard: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        /// Counts one more, and answers how many there are now.
        @discardableResult
        func note(_ words: [String]) -> Int {
            counts.withLock {
                $0[words[0], default: 0] += 1
                return $0[words[0], default: 0]
            }
        }

        func count(_ name: String) -> Int { counts.withLock { $0[name, default: 0] } }
    }

    /// A map of nodes on the host that was asked, which is left out.
    private static func map(_ owners: [(slots: ClosedRange<Int>, port: Int)]) -> String {
        let ranges = owners.map { slots, port in
            "*3\r\n:\(slots.lowerBound)\r\n:\(slots.upperBound)\r\n*3\r\n$0\r\n\r\n:\(port)\r\n$2\r\nid\r\n"
        }
        return "*\(owners.count)\r\n" + ranges.joined()
    }

    /// What a node answers to commands other than CLUSTER, told the words and its own port.
    private typealias Answer = @Sendable (_ words: [String], _ port: Int) -> [ScriptedServer.Action]

    /// A node that owns everything.
    private func withNode(
        _ heard: Heard = Heard(), answer: @escaping Answer, settings: [Setting] = [],
        _ body: (RedisClient, ScriptedServer) async throws -> Void
    ) async throws {
        let port = Mutex(0)
        let script = ScriptedServer.Script(onCommand: { words in
            heard.note(words)
            let port = port.withLock(\.self)
            return words[0] == "CLUSTER" ? [.send(Self.map([(0...16_383, port)]))] : answer(words, port)
        })
        try await withClusterScript(script, settings: settings) { redis, server in
            port.withLock { $0 = server.port }
            try await body(redis, server)
        }
    }

    @Test func `a node without a host of its own has the one that was asked`() async throws {
        let answer: Answer = { _, _ in [.send("$1\r\nv\r\n")] }
        try await withNode(answer: answer) { redis, _ async throws in
            #expect(try await redis.get("k") == ByteBuffer(string: "v"))
        }
    }

    @Test func `nodes that never agree are left after five redirections`() async throws {
        let heard = Heard()
        let answer: Answer = { _, port in [.send("-MOVED 1 :\(port)\r\n")] }
        try await withNode(heard, answer: answer) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.get("k") }
            #expect(error?.code == .tooManyRedirections)
            #expect(error?.serverError == .moved)
            #expect(error?.wasSent == false)
            #expect(heard.count("GET") == 6)
        }
    }

    @Test func `however many are redirected, the map is asked for once a second`() async throws {
        let heard = Heard()
        let answer: Answer = { words, port in
            heard.count("GET").isMultiple(of: 2) ? [.send("$1\r\nv\r\n")] : [.send("-MOVED 1 :\(port)\r\n")]
        }
        try await withNode(heard, answer: answer) { redis, _ async throws in
            let start = ContinuousClock.now
            while heard.count("CLUSTER") < 3, ContinuousClock.now - start < .seconds(20) {
                for _ in 0..<100 { #expect(try await redis.get("k") == ByteBuffer(string: "v")) }
            }
            // At the start, after one second, and after two.
            #expect(ContinuousClock.now - start > .milliseconds(1_900))
            #expect(heard.count("GET") > 200)
        }
    }

    @Test func `what one primary refuses and another has run may have run`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loading = ScriptedServer.Action.send("-LOADING Redis is loading the dataset in memory\r\n")
        let other = try await ScriptedServer.start(on: group, .init(onCommand: { _ in [loading] }))
        let port = Mutex(0)
        let script = ScriptedServer.Script(onCommand: { words in
            let map = Self.map([(0...8_191, port.withLock(\.self)), (8_192...16_383, other.port)])
            return words[0] == "CLUSTER" ? [.send(map)] : [.send("+OK\r\n")]
        })
        try await withClusterScript(script) { redis, server async throws in
            port.withLock { $0 = server.port }
            let error = await failure { () async throws(RedisError) in try await redis.send(RedisCommand("FLUSHALL")) }
            #expect(error?.serverError == .loading)
            #expect(error?.wasSent == true)
            #expect(error?.mayHaveRun == true)
        }
        try await other.stop()
        try await group.shutdownGracefully()
        let answer: Answer = { _, _ in [loading] }
        try await withNode(answer: answer) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.send(RedisCommand("FLUSHALL")) }
            #expect(error?.serverError == .loading)
            #expect(error?.mayHaveRun == false, "the only one there is")
        }
    }

    @Test func `a cluster that is down is asked again, until it serves`() async throws {
        let heard = Heard()
        let answer: Answer = { words, _ in
            heard.count("SET") < 4 ? [.send("-CLUSTERDOWN Hash slot not served\r\n")] : [.send("+OK\r\n")]
        }
        try await withNode(heard, answer: answer) { redis, _ async throws in
            #expect(try await redis.set("k", to: "v"))
            #expect(heard.count("SET") == 4)
        }
    }

    @Test func `an attempt that came late does not cost its connection when its reply is late, too`() async throws {
        let heard = Heard()
        // Nine pauses are longer than half a second; and no question for a map, which would be answered first.
        let answer: Answer = { words, _ in
            switch words[0] {
            case "SET": heard.count("SET") < 10 ? [.send("-TRYAGAIN Multiple keys request during rehashing\r\n")] : []
            default: [.send("$1\r\nv\r\n")]
            }
        }
        // Nor a PING.
        let settings: [Setting] = [.set(\.commandTimeout, .seconds(2)), .set(\.healthCheckInterval, .seconds(60))]
        try await withNode(heard, answer: answer, settings: settings) { redis, server async throws in
            try await redis.connect()
            let connections = server.connectionCount
            // Twice the command timeout: the first attempt's connection would be stalled from then on.
            let error = await failure { () async throws(RedisError) in
                try await redis.set("k", to: "v", timeout: .seconds(4))
            }
            #expect(error?.code == .timeout)
            #expect(error?.wasSent == true)
            server.sendToAll("+OK\r\n")
            #expect(try await redis.get("k") == ByteBuffer(string: "v"))
            #expect(server.connectionCount == connections)
        }
    }

    @Test func `a command on a connection that is lost is not sent again`() async throws {
        let heard = Heard()
        let answer: Answer = { _, _ in [.close] }
        try await withNode(heard, answer: answer) { redis, _ async throws in
            let error = await failure { () async throws(RedisError) in try await redis.set("k", to: "v") }
            #expect(error?.code == .connectionLost)
            #expect(error?.wasSent == true)
            #expect(heard.count("SET") == 1)
        }
    }

    @Test func `ASKING and its command are neighbours, whoever else is asking`() async throws {
        let order = Mutex<[String]>([])
        let answer: Answer = { words, port in
            let isAsked = order.withLock { order in
                order.append(words[0])
                return order.dropLast().last == "ASKING"
            }
            switch words[0] {
            case "ASKING": return [.send("+OK\r\n")]
            case "GET" where isAsked: return [.send("$\(words[1].utf8.count)\r\n\(words[1])\r\n")]
            default: return [.send("-ASK 1 :\(port)\r\n")]
            }
        }
        try await withNode(answer: answer) { redis, _ async throws in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<200 {
                    tasks.addTask { () async throws in
                        let key = "k\(number)"
                        #expect(try await redis.get(key) == ByteBuffer(string: key))
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test(arguments: [
        "*0\r\n", "$-1\r\n", "+OK\r\n", "*1\r\n*2\r\n:0\r\n:1\r\n",
        "-ERR This instance has cluster support disabled\r\n",
        "*1\r\n*3\r\n:0\r\n:99999\r\n*2\r\n$1\r\na\r\n:1\r\n", "*1\r\n*3\r\n:5\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$3\r\na b\r\n:1\r\n", "-NOPERM no\r\n",
    ])
    func `a map that is none fails commands at once, and no more`(map: String) async throws {
        try await withClusterScript(.init(onCommand: { _ in [.send(map)] })) { redis, _ async throws in
            for _ in 0..<3 {
                let error = await failure { () async throws(RedisError) in try await redis.get("k") }
                #expect(error.map { [.connectFailed, .protocolViolation].contains($0.code) } == true)
                #expect(error?.wasSent == false)
            }
        }
    }

    @Test func `a command on its way to a node that leaves the map still gets its reply`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let oldPort = Mutex(0)
        let heard = Heard()
        let map = { @Sendable (newPort: Int) -> ScriptedServer.Action in
            let before = [(0...0, newPort), (1...16_383, oldPort.withLock(\.self))]
            return .send(Self.map(heard.count("SET") == 0 ? before : [(0...16_383, newPort)]))
        }
        let newPort = Mutex(0)
        let newcomer = try await ScriptedServer.start(
            on: group, .init(onCommand: { _ in [map(newPort.withLock(\.self))] }))
        newPort.withLock { $0 = newcomer.port }
        let script = ScriptedServer.Script(onCommand: { words in
            heard.note(words)
            // Whatever is said after the command that waits would be taken for its reply.
            return heard.count("SET") == 0 ? [map(newPort.withLock(\.self))] : []
        })
        try await withClusterScript(script) { redis, server async throws in
            oldPort.withLock { $0 = server.port }
            guard case .cluster(let router) = redis.servers else { return }
            let slow = Task { try await redis.set("slow", to: "v", timeout: .seconds(30)) }
            while try await redis.primaries(timeout: .seconds(30))?.count != 1 || heard.count("SET") == 0 {
                router.wantMap()
                try Task.checkCancellation()
                await Task.yield()
            }
            server.sendToAll("+OK\r\n")
            #expect(try await slow.value)
            try await server.firstConnectionClosed()
        }
        try await newcomer.stop()
        try await group.shutdownGracefully()
    }
}
