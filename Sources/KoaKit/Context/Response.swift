public import NIOHTTP1

/// What the client will get: a status, header fields and a body.
///
/// Nothing is sent before the middleware have finished.
public final class Response {
    private var chosenStatus: Int?
    /// Whether ``Body/empty`` came after the status that was chosen: 204 then stands in its place.
    private var isEmptied = false
    /// The header fields in the order in which they were set.
    private(set) var fields: [ResponseField] = []
    /// What is done in place of a reply.
    private(set) var disconnection: Disconnection?
    /// The reason phrase that was chosen, nil for that of the status.
    private(set) var chosenMessage: String?
    private var chosenBody = Body.unset
    /// The status where none was chosen: kept, since a look at the body would be a copy of it.
    private var impliedStatus = 404
    /// Whether status and header fields have left: after ``Context/flushHeaders()``, and for the observers of a stream
    /// that failed in its middle.
    ///
    /// Koa's `headerSent`. What is set of them from then on has no effect; debug builds trap.
    public private(set) var isHeadSent = false

    init() {}

    /// The body; setting one makes the status 200 unless one was chosen.
    ///
    /// ``Body/empty`` makes it 204, whatever was chosen before; 205 and 304 stay. A status that is set afterwards
    /// stands, and a body that is set afterwards brings back the status that was chosen, or 200.
    public var body: Body {
        get { chosenBody }
        set {
            isEmptied = false
            switch newValue {
            case .unset: impliedStatus = 404
            case .empty:
                impliedStatus = 204
                isEmptied = chosenStatus != 205 && chosenStatus != 304
            case .stream(let stream):
                impliedStatus = 200
                forgetLength(before: stream)
            default: impliedStatus = 200
            }
            chosenBody = newValue
        }
    }

    /// The status: what was chosen (100 to 999), else what the body implies, else 404.
    public var status: Int {
        get {
            isEmptied ? 204 : chosenStatus ?? impliedStatus
        }
        set {
            precondition((100...999).contains(newValue), "a status is a number from 100 to 999")
            guard mayChange else { return }
            chosenStatus = newValue
            isEmptied = false
        }
    }

    /// The reason phrase of the reply, and its text when no body is set.
    ///
    /// Default: the phrase of the status, or its number when it has none. HTTP/2 has no reason phrases.
    public var message: String {
        get { chosenMessage ?? StatusLine.text(for: status) }
        set { if mayChange { chosenMessage = newValue } }
    }

    /// The header fields, in the order in which they were set.
    ///
    /// `Date`, `Content-Length` and `Connection` are the engine's.
    public var headers: HTTPHeaders { HTTPHeaders(fields.map { ($0.name, $0.value) }) }

    /// Whether no handler has chosen a status or a body yet.
    public var isUnanswered: Bool {
        chosenStatus == nil && impliedStatus == 404
    }

    /// Resets the connection in place of a reply: Koa's `res.socket.destroy()`.
    public func disconnect() {
        disconnection = .reset
    }

    /// Takes the reply over from the framework: Koa's `ctx.respond = false`.
    ///
    /// Whatever status, fields and body are set, before or after, nothing of them is sent. `write` runs once the
    /// middleware have finished; what it writes goes to the client as it is, head included. When it returns, the
    /// connection closes; when it throws, the connection is reset and the error observers hear of it. On HTTP/2, where
    /// there is no such connection, the stream is reset and `write` is not run.
    ///
    /// - Parameter write: Writes all that the client gets.
    public func takeOver(_ write: @escaping @Sendable (_ writer: any BodyWriter) async throws -> Void) {
        disconnection = .takenOver(ResponseStream(write))
    }

    /// A length that was set is that of the body before, unless the same stream is set again.
    private func forgetLength(before stream: ResponseStream) {
        guard !isHeadSent else { return }
        switch chosenBody {
        case .unset: return
        case .stream(let current) where current.isIdentical(to: stream): return
        default: remove("Content-Length")
        }
    }

    /// Forgets what the handler set, but for the fields that survive an error.
    func reset(for error: HTTPError) {
        fields.removeAll { !$0.survivesError }
        for (name, _) in error.headers { remove(name) }
        fields += error.headers.map { ResponseField(name: $0.name, value: $0.value, survivesError: false) }
        body = .unset
        status = error.status
        chosenMessage = nil
    }

    /// Changes the header fields in place.
    func withFields(_ change: (inout [ResponseField]) -> Void) {
        if mayChange { change(&fields) }
    }

    /// Notes that the head has left.
    func headWasSent() { isHeadSent = true }

    private var mayChange: Bool {
        assert(!isHeadSent, "the head of the response has left")
        return !isHeadSent
    }

    enum Disconnection {
        case reset
        case takenOver(ResponseStream)
    }
}
