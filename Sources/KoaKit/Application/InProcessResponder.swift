package import NIOCore
package import NIOHTTP1

/// An application served without a connection: for KoaTesting, which parses the same bytes that a client would get.
package struct InProcessResponder: Sendable {
    private let responder: Responder

    /// Freezes `application` as it is now.
    package init(_ application: Application) {
        responder = application.makeResponder()
    }

    /// Runs the middleware for one request and renders its reply.
    ///
    /// - Parameters:
    ///   - head: The request.
    ///   - content: Its body.
    ///   - connection: What it is said to have come on. Default: from this machine, not encrypted.
    /// - Returns: The bytes of the reply; nil when the handler cut the connection.
    package func reply(
        to head: HTTPRequestHead,
        content: ByteBuffer,
        connection: ConnectionInfo = ConnectionInfo(remoteAddress: "127.0.0.1")
    ) async -> ByteBuffer? {
        let context = responder.makeContext(for: head, content: .whole(content), connection: connection)
        if let failure = await responder.run(context) { responder.fail(context, with: failure) }
        if let disconnection = context.response.disconnection { return await bytes(of: disconnection) }
        var renderer = ReplyRenderer(ReplyMemory())
        let isHead = head.method == .HEAD
        do {
            return try await write(try renderer.render(context.response, isHead: isHead))
        } catch {
            responder.fail(context, with: error)
            guard let reply = try? renderer.render(context.response, isHead: isHead) else { return nil }
            return try? await write(reply)
        }
    }

    /// The bytes that are sent in place of a reply; nil when there are none.
    private func bytes(of disconnection: Response.Disconnection) async -> ByteBuffer? {
        guard case .takenOver(let stream) = disconnection else { return nil }
        let collector = Collector(length: nil, isChunked: false)
        guard (try? await stream.write(to: collector)) != nil else { return nil }
        return try? collector.finish()
    }

    private func write(_ reply: Reply) async throws -> ByteBuffer {
        let writer = ReplyWriter(ReplyMemory())
        var output = ByteBuffer()
        writer.write(reply, ReplyWriter.Framing(reply, keepsAlive: true, isHTTP10: false), to: &output)
        if case .stream(let stream) = reply.content {
            let collector = Collector(length: reply.length, isChunked: reply.length == nil)
            try await stream.write(to: collector)
            output.writeImmutableBuffer(try collector.finish())
        }
        return output
    }

    /// Keeps what a stream writes, with the framing of the connection that is not there.
    private final class Collector: BodyWriter {
        private var bytes = ByteBuffer()
        private var count: LengthCount
        private let isChunked: Bool

        init(length: Int?, isChunked: Bool) {
            count = LengthCount(expected: length)
            self.isChunked = isChunked
        }

        func write(_ buffer: ByteBuffer) async throws {
            try count.add(buffer.readableBytes)
            if isChunked {
                ChunkedCoding.append(buffer, to: &bytes)
            } else {
                bytes.writeImmutableBuffer(buffer)
            }
        }

        func finish() throws -> ByteBuffer {
            try count.end()
            if isChunked { ChunkedCoding.appendEnd(to: &bytes) }
            return bytes
        }
    }
}
