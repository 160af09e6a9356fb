import KoaKit
import KoaTesting
import Testing

/// The head of a reply is written into memory of a size that is computed before: whatever is in it, it must fit.
@Suite(.timeLimit(.minutes(1)))
struct ReplyHeadTests {
    /// Texts of all kinds: empty, long, of several bytes a character, with what no field may hold.
    private static func text(_ random: inout SeededGenerator) -> String {
        let pieces = ["", "a", "B-2", "é", "微信小程序", "😀", "\u{0}", "\r\n", "\t", "\u{7F}", " , ;=\"", "ﷺ"]
        return (0..<Int.random(in: 0...40, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    /// As it is sent: control characters are spaces.
    private static func sent(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    private struct Reply: Sendable {
        let status: Int
        let message: String?
        let fields: [(name: String, value: String)]
        let isChunked: Bool

        init(_ random: inout SeededGenerator) {
            status = [200, 201, 204, 205, 304, 404, 418, 599, 999].randomElement(using: &random) ?? 200
            message = Bool.random(using: &random) ? ReplyHeadTests.text(&random) : nil
            let count = Int.random(in: 0...30, using: &random)
            fields = (0..<count).map { ("X-\($0)", ReplyHeadTests.text(&random)) }
            isChunked = Bool.random(using: &random)
        }
    }

    @Test func `a head arrives whole, however long it is and whatever is in it`() async throws {
        var random = SeededGenerator(seed: 20_261_121)
        let replies = (0..<2_000).map { _ in Reply(&random) }
        let app = Application.quiet()
        app.use { ctx, _ in
            let reply = replies[Int(ctx.query["n"] ?? "") ?? 0]
            ctx.body = .text("ö")
            ctx.status = reply.status
            if let message = reply.message { ctx.response.message = message }
            for (name, value) in reply.fields { ctx.set(name, value) }
            if reply.isChunked { ctx.set("Transfer-Encoding", "chunked") }
        }
        try await app.test(over: .socket) { client async throws in
            for (number, reply) in replies.enumerated() {
                let received = try await client.get("/?n=\(number)")
                #expect(received.status == reply.status)
                for (name, value) in reply.fields {
                    // The client's parser takes spaces off both ends.
                    let expected = Self.sent(value).split(separator: " ", omittingEmptySubsequences: true)
                    let found = received[name]?.split(separator: " ", omittingEmptySubsequences: true)
                    #expect(found == expected, "\(number): \(name)")
                }
                if ![204, 205, 304].contains(reply.status) { #expect(received.text == "ö") }
            }
        }
    }
}
