/// Makers of the error replies that applications commonly give, for ``Application/shapeErrors(with:)``.
///
/// None of them tells the client more than ``HTTPError/exposedMessage``.
///
/// ```swift
/// app.shapeErrors(with: ErrorShaping.negotiated())
/// ```
public enum ErrorShaping {
    /// Koa's own: text/plain, the message if the error is exposed, else the reason phrase.
    public static let text: ErrorShaper = Responder.shapeAsText

    /// `application/problem+json` (RFC 9457).
    ///
    /// `type`, `title`, `status`, `detail` when the message says more than the title, the request's identifier as
    /// `instance`, and the error's `reason` when it has one.
    ///
    /// - Parameters:
    ///   - typeBase: What stands before the reason in `type`, such as `https://api.example/problems/`; nil for
    ///     `about:blank` throughout. Default: nil.
    ///   - members: Further members for an error. Default: none.
    /// - Returns: The shaper.
    public static func problem(
        typeBase: String? = nil,
        members: @escaping @Sendable (_ error: any Error, _ context: Context) -> [JSONMember] = { _, _ in [] }
    ) -> ErrorShaper {
        { error, context in
            let failure = HTTPError(error)
            let title = StatusLine.text(for: failure.status)
            var problem = [
                JSONMember("type", .string(type(of: failure, base: typeBase))),
                JSONMember("title", .string(title)),
                JSONMember("status", .integer(Int64(failure.status))),
            ]
            if failure.exposedMessage != title { problem.append(JSONMember("detail", .string(failure.exposedMessage))) }
            if let id = context.requestID { problem.append(JSONMember("instance", .string(id))) }
            if let reason = failure.reason { problem.append(JSONMember("reason", .string(reason.rawValue))) }
            context.set("Content-Type", "application/problem+json")
            context.body = .json(.object(problem + members(error, context)))
        }
    }

    /// A JSON object of `code`, `message` and, where known, `reason` and `requestId`.
    ///
    /// - Parameter code: The number of an error. Default: its status.
    /// - Returns: The shaper.
    public static func envelope(
        code: @escaping @Sendable (_ error: any Error) -> Int64 = { Int64(HTTPError($0).status) }
    ) -> ErrorShaper {
        { error, context in
            let failure = HTTPError(error)
            var envelope = [
                JSONMember("code", .integer(code(error))), JSONMember("message", .string(failure.exposedMessage)),
            ]
            if let reason = failure.reason { envelope.append(JSONMember("reason", .string(reason.rawValue))) }
            if let id = context.requestID { envelope.append(JSONMember("requestId", .string(id))) }
            context.body = .json(.object(envelope))
        }
    }

    private static func type(of error: HTTPError, base: String?) -> String {
        guard let base, let reason = error.reason else { return "about:blank" }
        return base + reason.rawValue
    }
}
