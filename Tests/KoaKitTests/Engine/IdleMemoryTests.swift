import KoaTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct IdleMemoryTests {
    @Test(arguments: [10, 60_000, 200_000])
    func `an idle connection holds no buffer, whatever it sent`(size: Int) async throws {
        let app = Application.quiet()
        app.use { ctx, _ in ctx.body = .text(String(repeating: "x", count: size)) }
        let server = try await EmbeddedServer(app)
        for _ in 0..<2 {
            try await server.feed(["GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8.map { $0 }[...]])
            #expect(try await server.reply().content.count == size)
            let channel = server.channel
            let held = try await channel.testingEventLoop.executeInContext {
                try channel.pipeline.syncOperations.handler(type: HTTPConnection.self).output.capacity
            }
            #expect(held == 0)
        }
    }
}
