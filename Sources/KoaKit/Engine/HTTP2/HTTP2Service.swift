import NIOCore
import NIOHPACK
import NIOHTTP1

/// What the streams of one HTTP/2 connection share.
///
/// Belongs to the connection's loop.
final class HTTP2Service {
    let responder: Responder
    let limits: HTTPLimits
    let periods: Periods
    let executor: EventLoopTaskExecutor
    let admission: Admission
    let info: ConnectionInfo
    /// How many writes the connection ever took, of all its streams.
    var takenWrites = 0
    private let memory: ReplyMemory
    private var renderer: ReplyRenderer

    init(
        _ responder: Responder,
        _ limits: HTTPLimits,
        executor: EventLoopTaskExecutor,
        admission: Admission,
        info: ConnectionInfo,
        memory: ReplyMemory
    ) {
        self.responder = responder
        self.limits = limits
        periods = Periods(limits)
        self.executor = executor
        self.admission = admission
        self.info = info
        self.memory = memory
        renderer = ReplyRenderer(memory, hasReasonPhrases: false)
    }

    /// The reply as it is sent; nil if not even the error that it failed with can be rendered.
    func render(_ context: Context, isHead: Bool) -> Reply? {
        do {
            return try renderer.render(context.response, isHead: isHead)
        } catch {
            responder.fail(context, with: error)
            // What stands there now is the error shaper's.
            return try? renderer.render(context.response, isHead: isHead)
        }
    }

    /// The content of a response whose head has left.
    func content(of response: Response, behind head: Reply) throws -> ReplyRenderer.LateContent {
        try renderer.content(of: response, behind: head)
    }

    /// The header block of a reply.
    func head(of reply: Reply) -> HPACKHeaders {
        var head = HPACKHeaders([(":status", String(reply.status))])
        reply.forEachField { name, value in
            let name = name.lowercased()
            // Names of an HTTP/1.1 connection, which RFC 9113, section 8.2.2, forbids.
            if name == "keep-alive" || name == "upgrade" || name == "proxy-connection" || name == "te" { return }
            head.add(name: name, value: value)
        }
        head.add(name: "date", value: memory.date.value)
        return head
    }
}
