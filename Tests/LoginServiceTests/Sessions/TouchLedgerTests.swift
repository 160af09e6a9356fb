import Testing

@testable import LoginService

struct TouchLedgerTests {
    private let start = ContinuousClock.now

    @Test func `a session is admitted once within a cool-down, and again after two`() {
        var ledger = TouchLedger(coolDown: .seconds(60), capacity: 10)
        #expect(admits("a", at: Array(0..<60), &ledger) == [0])
        #expect(admits("b", at: [59, 61, 100, 119], &ledger) == [59])
        #expect(admits("a", at: [119, 121, 122], &ledger) == [121])
        #expect(admits("b", at: [400], &ledger) == [400])
    }

    @Test func `a ledger that is full admits nothing more until its turn`() {
        var ledger = TouchLedger(coolDown: .seconds(60), capacity: 10)
        for number in 0..<10 { #expect(admits("\(number)", at: [0], &ledger) == [0]) }
        #expect(admits("x", at: [1, 59, 60], &ledger) == [60])
    }

    /// The seconds at which a session is admitted.
    private func admits(_ key: String, at seconds: [Int], _ ledger: inout TouchLedger) -> [Int] {
        var admitted: [Int] = []
        for second in seconds where ledger.admit(key, at: start + .seconds(second)) { admitted.append(second) }
        return admitted
    }
}
