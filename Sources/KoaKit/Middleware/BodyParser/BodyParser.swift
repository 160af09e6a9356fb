import NIOCore
import NIOHTTP1

/// Parses the body of POST, PUT and PATCH by its type, before downstream runs.
///
/// ```swift
/// app.use(BodyParser())
/// app.use { ctx, _ in
///     if case .form(let form) = ctx.parsedBody { ctx.body = .text("Hello \(form["name"] ?? "you")") }
/// }
/// ```
///
/// A type that is not parsed is no error. Where each route has a limit of its own, a handler had better read the body
/// itself: ``Request/json(upTo:)``, ``Request/form(upTo:maximumCount:)``, ``Request/text(upTo:)``.
public struct BodyParser: Middleware {
    /// Keeps the parser from a request: `ctx.state[BodyParser.IsDisabled.self] = true`.
    public enum IsDisabled: StateKey {
        /// Whether the body is left alone.
        public typealias Value = Bool
    }

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: What to parse. Default: see ``Options``.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Parses the body and runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` 400 when the body is not what its type says, 413 when it is too large, 415 when its
    ///   coding is unknown, and what is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        if context.parsedBody == nil, context.state[IsDisabled.self] != true,
            options.methods.contains(context.method.rawValue)
        {
            do {
                context.parsedBody = try await parse(context.request)
            } catch {
                guard let onError = options.onError, !(error is CancellationError) else { throw error }
                try onError(error, context)
            }
        }
        try await next()
    }

    private func parse(_ request: Request) async throws -> ParsedBody {
        switch kind(of: request.type ?? "") {
        case .json: .json(try await json(request))
        case .form: .form(try await request.form(upTo: options.formLimit))
        case .text: .text(try await request.text(upTo: options.textLimit))
        case .multipart: .multipart(try await request.multipart(options.multipart))
        case nil: .unparsed
        }
    }

    private func kind(of type: String) -> Kind? {
        let kind: Kind
        switch type {
        case "application/json", "application/csp-report": kind = .json
        case Form.mediaType: kind = .form
        case "text/plain": kind = .text
        case MultipartForm.mediaType: kind = .multipart
        default:
            guard type.hasSuffix("+json") || options.jsonTypes.contains(type) else { return nil }
            kind = .json
        }
        return options.kinds.contains(kind) ? kind : nil
    }

    private func json(_ request: Request) async throws -> JSONValue {
        let bytes = try await request.bytes(upTo: options.jsonLimit)
        guard bytes.readableBytes > 0 else { return [:] }
        let value = try JSONValue(parsing: bytes)
        switch value {
        case .object, .array: return value
        default:
            guard !options.isStrict else {
                throw HTTPError(400, "the body must be a JSON object or array", reason: .malformedBody)
            }
            return value
        }
    }
}
