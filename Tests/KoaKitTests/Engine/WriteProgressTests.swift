import Testing

@testable import KoaKit

@Suite
struct WriteProgressTests {
    @Test func `a client makes progress when it has taken something since the last look`() {
        var progress = WriteProgress()
        // Between looks: what is written more, and how much the channel then holds.
        let looks = [(100, 100), (0, 60), (0, 60), (40, 60), (40, 100), (0, 0), (0, 0)]
        let moved = looks.map { written, buffered in
            progress.add(written)
            return progress.advances(buffered: buffered)
        }
        // As full as before and still taken from, at the fourth.
        #expect(moved == [false, true, false, true, false, true, false])
    }
}
