import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct CacheModelTests {
    @Test(arguments: 0..<20)
    func `no order of events serves a value whose change was heard, is lost, or is overdue`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var model = CacheModel()
        var history = 0
        while history < 50_000 {
            history += 1
            if let fault = model.step(&random) {
                Issue.record("step \(history): \(fault)")
                return
            }
        }
        #expect(model.hits > 500)
    }
}
