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
    /// Bytes to send instead of an HTTP reply; see ``disconnect(sending:)``.
    var disconnection: Disconnection?
    /// The reason phrase that was chosen, nil for that of the status.
    private(set) var chosenMessage: String?

    init() {}

    /// The body; setting one makes the status 200 unless one was chosen.
    ///
    /// ``Body/empty`` makes it 204, whatever was chosen before; 205 and 304 stay. A status that is set afterwards
    /// stands, and a body that is set afterwards brings back the status that was chosen, or 200.
    public var body: Body = .unset {
        didSet {
            if case .empty = body { isEmptied = chosenStatus != 205 && chosenStatus != 304 } else { isEmptied = false }
        }
    }

    /// The status: what was chosen (100 to 999), else what the body implies, else 404.
    public var status: Int {
        get {
            if isEmptied { return 204 }
            if let chosenStatus { return chosenStatus }
            switch body {
            case .unset: return 404
            case .empty: return 204
            default: return 200
            }
        }
        set {
            precondition((100...999).contains(newValue), "a status is a number from 100 to 999")
            chosenStatus = newValue
            isEmptied = false
        }
    }

    /// The reason phrase of the reply, and its text when no body is set.
    ///
    /// Default: the phrase of the status, or its number when it has none. HTTP/2 has no reason phrases.
    public var message: String {
        get { chosenMessage ?? StatusLine.text(for: status) }
        set { chosenMessage = newValue }
    }

    /// The header fields, in the order in which they were set.
    ///
    /// `Date`, `Content-Length` and `Connection` are the engine's.
    public var headers: HTTPHeaders { HTTPHeaders(fields.map { ($0.name, $0.value) }) }

    /// Whether a handler chose a status or a body.
    public var isUnanswered: Bool {
        if chosenStatus == nil, case .unset = body { return true }
        return false
    }

    /// Cuts the connection after sending `bytes` as they are, in place of an HTTP reply.
    ///
    /// For stand-ins of faulty servers, such as a sandbox: Koa's `ctx.respond = false` with `res.socket.destroy()`.
    ///
    /// - Parameter bytes: Sent before the cut; none means that the connection is reset.
    public func disconnect(sending bytes: String = "") {
        disconnection = Disconnection(bytes: bytes)
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
    func withFields<Result>(_ change: (inout [ResponseField]) -> Result) -> Result { change(&fields) }

    struct Disconnection {
        let bytes: String
    }
}
