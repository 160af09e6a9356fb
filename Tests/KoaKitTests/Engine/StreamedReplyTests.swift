import NIOCore
import NIOPosix
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct StreamedReplyTests {
    private struct Stalled: Error {}

    /// A connection that has room until the others had their turn, and none afterwards.
    ///
    /// SAFETY: touched on its loop only, as the connection that it stands for. Can go when a class can be isolated to an
    /// event loop.
    private final class FillingSink: ReplySink, @unchecked Sendable {
        var stream: StreamedReply?
        private var questions = 0

        /// Asked after the write, and before the pause that gives others their turn; then after it.
        var hasRoom: Bool {
            questions += 1
            return questions <= 2
        }

        func sendHead(_ head: Reply) -> Bool { true }

        func send(_ content: ByteBuffer) {}

        func producerWaits() { stream?.fail(Stalled()) }
    }

    @Test func `a producer that finds no room after its turn is watched, and not forgotten`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let sink = FillingSink()
        let stream = try await loop.submit {
            let stream = StreamedReply(ResponseStream { _ in }, length: nil, loop: loop, sink: sink)
            sink.stream = stream
            return stream
        }.get()
        // As much as ends a turn.
        await #expect(throws: Stalled.self) { try await stream.write(ByteBuffer(repeating: 7, count: 600_000)) }
        try await loop.submit { sink.stream = nil }.get()
    }
}
