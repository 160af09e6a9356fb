import KoaKit
import KoaTesting
import NIOCore
import NIOHTTP1
import Testing

/// What a handler makes of one request; the same over both transports.
func ask(
    _ target: String = "/",
    _ method: HTTPMethod = .GET,
    headers: HTTPHeaders = [:],
    body: TestBody = .none,
    settings: Application.Settings = .init(),
    _ read: @escaping Reading
) async throws -> String {
    let app = answering(settings, read)
    var answers: [String] = []
    for transport in Transport.allCases {
        let reply = try await app.test(over: transport) {
            try await $0.request(method, target, headers: headers, body: body)
        }
        answers.append(reply["x-answer"] ?? "")
    }
    #expect(answers[0] == answers[1])
    return answers[0]
}

/// What a handler makes of one request on a connection of any kind.
func ask(
    on connection: ConnectionInfo,
    headers: HTTPHeaders = [:],
    settings: Application.Settings = .init(),
    _ read: @escaping Reading
) async throws -> String {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)
    let responder = InProcessResponder(answering(settings, read))
    let bytes = await responder.reply(to: head, content: ByteBuffer(), connection: connection)
    let text = try #require(bytes.map { String(buffer: $0) })
    let line = text.split(separator: "\r\n").first { $0.hasPrefix("X-Answer: ") }
    return line.map { String($0.dropFirst(10)) } ?? ""
}

typealias Reading = @Sendable (Context) throws -> String

private func answering(_ settings: Application.Settings, _ read: @escaping Reading) -> Application {
    let app = Application.quiet()
    app.settings = settings
    app.use { ctx, _ in ctx.set("X-Answer", try read(ctx), survivesError: true) }
    return app
}
