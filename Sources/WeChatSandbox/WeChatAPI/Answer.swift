import KoaKit
import NIOCore

/// What the sandbox sends for a call to WeChat's API.
enum Answer: Sendable {
    /// JSON that calls itself text/plain, as that of `sns/…` does. HTTP 200, an errcode inside or not.
    case json(JSONValue)
    /// A page of HTML.
    case page(status: Int)
    /// These bytes and the end of the connection.
    case cut(String)
    /// The end of the connection by a reset.
    case reset
    /// 50 MB of JSON.
    case flood
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

    func write(to context: Context) async {
        switch self {
        case .json(let value):
            context.status = 200
            context.body = .bytes(value.bytes)
            context.set("Content-Type", "text/plain")
        case .page(let status):
            context.status = status
            context.body = .text(Self.page)
            context.set("Content-Type", "text/html")
        case .cut(let bytes):
            context.response.takeOver { writer in try await writer.write(ByteBuffer(string: bytes)) }
        case .reset:
            context.response.disconnect()
        case .flood:
            context.body = .bytes(Self.floodContent)
            context.set("Content-Type", "text/plain")
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

extension Answer {
    /// What a fault sends where `proper` was due.
    static func misbehaving(as kind: Fault.Kind, inPlaceOf proper: JSONValue) -> (Answer, SandboxCall.Outcome) {
        switch kind {
        case .delay, .emptyOpenID: (.json(proper), .misbehaved)
        case .hang: (.silence, .misbehaved)
        case .reset, .resetAfterCommit: (.reset, .misbehaved)
        case .busy: (.json(proper), .refused(errcode: Refusal.systemError.errcode))
        case .status500: (.page(status: 500), .misbehaved)
        case .html: (.page(status: 200), .misbehaved)
        case .truncated: (.cut(firstHalf(of: proper)), .misbehaved)
        case .huge: (.flood, .misbehaved)
        case .stringErrcode:
            (
                .json(["errcode": "40029", "errmsg": .string(Refusal.invalidCode.snsMessage)]),
                .refused(errcode: Refusal.invalidCode.errcode)
            )
        }
    }

    /// An HTTP reply that announces all of its content and has half of it.
    private static func firstHalf(of value: JSONValue) -> String {
        let content = String(buffer: value.bytes)
        return """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Content-Length: \(content.utf8.count)\r
            \r
            \(content.prefix(content.count / 2))
            """
    }
}

extension JSONValue {
    /// As JSON text.
    fileprivate var bytes: ByteBuffer {
        ByteBuffer(string: text)
    }
}
