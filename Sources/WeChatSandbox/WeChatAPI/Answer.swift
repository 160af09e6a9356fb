import KoaKit
import NIOCore

/// What the sandbox sends for a call to WeChat's API.
enum Answer: Sendable {
    /// JSON of this type. HTTP 200, an errcode inside or not.
    case json(ByteBuffer, type: String)
    /// A page of HTML.
    case page(status: Int)
    /// These bytes and the end of the connection.
    case cut(String)
    /// The end of the connection by a reset.
    case reset
    /// 50 MB of JSON.
    case flood(type: String)
    /// Nothing, until the client goes or the server ends the call.
    case silence

    /// Made once: several calls may be answered with it at a time.
    private static let floodContent: ByteBuffer = {
        let size = 50_000_000
        var bytes = ByteBuffer(string: #"{"padding":""#)
        bytes.writeRepeatingByte(UInt8(ascii: "x"), count: size - bytes.readableBytes - 2)
        bytes.writeStaticString(#""}"#)
        return bytes
    }()
    private static let page = """
        <html>\r
        <head><title>500 Internal Server Error</title></head>\r
        <body><center><h1>500 Internal Server Error</h1></center><hr><center>nginx</center></body>\r
        </html>\r

        """

    static func json(_ value: JSONValue, type: String) -> Answer {
        .json(ByteBuffer(string: value.text), type: type)
    }

    func write(to context: Context) async {
        switch self {
        case .json(let bytes, let type):
            context.status = 200
            context.body = .bytes(bytes)
            context.set("Content-Type", type)
        case .page(let status):
            context.status = status
            context.body = .text(Self.page)
            context.set("Content-Type", "text/html")
        case .cut(let bytes):
            context.response.takeOver { writer in try await writer.write(ByteBuffer(string: bytes)) }
        case .reset:
            context.response.disconnect()
        case .flood(let type):
            context.body = .bytes(Self.floodContent)
            context.set("Content-Type", type)
        case .silence:
            // Ends with the request's task, which the engine cancels.
            let (stream, continuation) = AsyncStream<Never>.makeStream()
            await withTaskCancellationHandler {
                for await _ in stream {}
            } onCancel: {
                continuation.finish()
            }
            context.response.disconnect()
        }
    }
}
