import Testing

@testable import KoaKit

@Suite struct UnsentBytesTests {
    @Test(arguments: [
        ([0], [false]), ([5, 4, 4], [true, true, false]), ([5, 0, 0], [true, true, false]), ([5, 6], [true, false]),
    ])
    func `a client is on its way while it takes something in every period`(looks: [Int], expected: [Bool]) {
        var unsent = UnsentBytes()
        #expect(looks.map { unsent.shrinks(to: $0) } == expected)
    }
}
