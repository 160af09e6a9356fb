import NIOCore
import Testing

@testable import KoaKit

struct StreamErrorCountTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    /// Says for each error, told by when it came, whether it was the one too many.
    private func verdicts(on errors: [TimeAmount]) -> [Bool] {
        var count = StreamErrorCount()
        return errors.map { count.isExceeded(byErrorAt: start + $0) }
    }

    @Test func `a hundred errors within 30 s are borne, one more is not`() {
        let errors = (0...100).map { TimeAmount.milliseconds(299 * Int64($0)) }
        #expect(verdicts(on: errors) == Array(repeating: false, count: 100) + [true])
    }

    @Test func `errors are forgotten after 30 s, however long the connection lives`() {
        let errors = (0..<10).flatMap { Array(repeating: TimeAmount.seconds(30 * Int64($0)), count: 100) }
        #expect(verdicts(on: errors + [.seconds(299)]) == Array(repeating: false, count: 1_000) + [true])
    }
}
