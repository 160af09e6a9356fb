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
        await responder.respond(to: context)
        var output = ByteBuffer()
        if let disconnection = context.response.disconnection {
            output.writeString(disconnection.bytes)
            return output.readableBytes > 0 ? output : nil
        }
        var writer = ReplyWriter(date: DateField())
        let framing = ReplyWriter.Framing(isHead: head.method == .HEAD, keepsAlive: true, isHTTP10: false)
        do {
            try writer.write(context.response, framing, to: &output)
        } catch {
            responder.fail(context, with: error)
            do { try writer.write(context.response, framing, to: &output) } catch { return nil }
        }
        return output
    }
}
