import RedisClient

/// Asks questions one after the other, in a hurry now and then, and counts what becomes of them.
struct CheckingCaller {
    typealias Tally = [Question.Outcome: Int]

    private let redis: RedisClient
    private let name: String
    private var random: SeededGenerator
    private var serial = 0
    private(set) var tally: Tally = [:]

    init(_ redis: RedisClient, number: Int, seed: UInt64) {
        self.redis = redis
        name = "caller:\(number)"
        random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x1_0000_0001)
    }

    /// One question; one in `hurry` is cancelled at a random point, one in `hurry` has next to no time.
    mutating func ask(hurry: Int) async -> Question.Outcome {
        switch Int.random(in: 0..<hurry, using: &random) {
        case 0: await ask(isCancelled: true)
        case 1: await ask(timeout: .microseconds(.random(in: 1...3_000, using: &random)))
        default: await ask()
        }
    }

    /// One question.
    mutating func ask(isCancelled: Bool = false, timeout: Duration? = nil) async -> Question.Outcome {
        let question = makeQuestion()
        var outcome: Question.Outcome
        if isCancelled {
            let turns = Int.random(in: 0...12, using: &random)
            outcome = await withTaskGroup { [redis] group in
                group.addTask { await question.ask(redis, timeout: timeout) }
                for _ in 0..<turns { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? .wrong
            }
        } else {
            outcome = await question.ask(redis, timeout: timeout)
            // Somebody else's cancellation.
            if outcome == .failed(.cancelled) { outcome = .wrong }
        }
        tally[outcome, default: 0] += 1
        return outcome
    }

    private mutating func makeQuestion() -> Question {
        serial += 1
        let key = key()
        switch Int.random(in: 0..<16, using: &random) {
        case 0:
            let texts = (0..<Int.random(in: 1...9, using: &random)).map { "\(name).\(serial).\($0)" }
            return .batch(texts, isTransaction: Bool.random(using: &random))
        case 1, 2, 3: return .set(key: key, value: "\(key).\(serial)")
        case 4, 5, 6, 7: return .echo("\(name).\(serial)")
        case 8, 9: return .getBoth(key: key, other: self.key())
        default: return .get(key: key)
        }
    }

    /// One of eight keys of this caller alone.
    private mutating func key() -> String { "\(name):\(Int.random(in: 0..<8, using: &random))" }
}
