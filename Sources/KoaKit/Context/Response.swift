public import NIOHTTP1

/// What the client will get: a status, header fields and a body.
///
/// Nothing is sent before the middleware have finished.
public final class Response {
    private var chosenStatus: Int?
    /// The body; setting one makes the status 200 (or 204 for ``Body/empty``) unless a status was chosen.
    public var body: Body = .unset
    /// The header fields, in the order in which they were set.
    ///
    /// `Date`, `Content-Length` and `Connection` are the engine's.
    public internal(set) var headers = HTTPHeaders()
    /// The names of the fields that stay when an error drops the rest, in lower case.
    private var surviving: [String] = []
    /// Bytes to send instead of an HTTP reply; see ``disconnect(sending:)``.
    var disconnection: Disconnection?

    init() {}

    /// The status: what was chosen (100 to 999), else what the body implies, else 404.
    public var status: Int {
        get {
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
        }
    }

    /// Whether a handler chose a status or a body.
    public var isUnanswered: Bool {
        if chosenStatus == nil, case .unset = body { return true }
        return false
    }

    /// Sets a header field, replacing what it had.
    ///
    /// - Parameters:
    ///   - field: A field name.
    ///   - value: Its value; control characters are sent as spaces, so a value cannot add a field of its own.
    ///   - survivesError: Whether the field stays on an error reply, where all others are dropped. CORS, security,
    ///     request-id and rate-limit fields do. Default: false.
    public func set(_ field: String, _ value: String, survivesError: Bool = false) {
        headers.replaceOrAdd(name: field, value: value)
        if survivesError { surviving.append(field.lowercased()) }
    }

    /// Removes a header field.
    public func remove(_ field: String) {
        headers.remove(name: field)
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
        headers = HTTPHeaders(headers.filter { surviving.contains($0.name.lowercased()) })
        for (name, _) in error.headers { headers.remove(name: name) }
        headers.add(contentsOf: error.headers)
        chosenStatus = error.status
        body = .unset
    }

    struct Disconnection {
        let bytes: String
    }
}
