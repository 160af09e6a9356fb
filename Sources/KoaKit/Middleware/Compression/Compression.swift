import NIOCore
import NIOHTTP1

/// Compresses replies as gzip or deflate, as the client likes best; there is no Brotli.
///
/// Left as they are: replies to HEAD, without content, with a part of a content, under the threshold, of a type that is
/// compressed already, with a `Content-Encoding`, with `Cache-Control: no-transform`, and behind a head that was sent
/// early (``Context/flushHeaders()``). A handler may also decide: `ctx.state[Compression.Choice.self] = false`.
///
/// Each write of a stream reaches the client when it is made.
public struct Compression: Middleware {
    /// A request's own choice: true compresses whatever the type, false nothing.
    public enum Choice: StateKey {
        /// Whether to compress.
        public typealias Value = Bool
    }

    /// How much is compressed in one go; more becomes a stream, so that other requests have their turn.
    private static let pieceSize = 65_536

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: What to compress. Default: see ``Options``.
    public init(_ options: Options = Options()) {
        precondition((1...9).contains(options.level), "a level is from 1 to 9")
        self.options = options
    }

    /// Runs what is downstream and compresses what it answers.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` 406 when the client takes no coding that there is, and what is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        context.response.vary("Accept-Encoding")
        try await next()
        // A head that has left says that the content is as it is.
        guard !context.response.isHeadSent, try mayCompress(context) else { return }
        switch context.request.acceptsEncodings("gzip", "deflate", "identity") {
        case "gzip": try compress(context.response, .gzip)
        case "deflate": try compress(context.response, .deflate)
        case "identity": return
        default: throw HTTPError(406, "the content codings are gzip, deflate and identity")
        }
    }

    private func mayCompress(_ context: Context) throws -> Bool {
        let response = context.response
        let choice = context.state[Choice.self]
        guard choice != false, context.method != .HEAD, ReplyRenderer.allowsContent(response.status),
            !response.has("Content-Encoding"), !response.has("Content-Range"),
            !FieldList.elements(of: response.get("Cache-Control")).contains(where: { $0.lowercased() == "no-transform" }
            ),
            let type = response.type, choice == true || options.isCompressible(type)
        else { return false }
        try response.renderBody()
        switch response.body {
        case .bytes(let bytes): return bytes.readableBytes >= options.threshold
        case .stream(let stream): return stream.contentLength ?? response.length ?? .max >= options.threshold
        default: return false
        }
    }

    private func compress(_ response: Response, _ coding: ContentCoding) throws {
        let level = options.level
        switch response.body {
        case .bytes(let bytes) where bytes.readableBytes <= Self.pieceSize:
            response.body = .bytes(try Deflater(coding, level: level).deflate(bytes, .finish))
        case .bytes(let bytes):
            response.body = .stream(
                ResponseStream { writer in
                    try await Self.write(through: CompressingWriter(writer, coding, level: level)) { writer in
                        var rest = bytes
                        while let piece = rest.readSlice(length: min(Self.pieceSize, rest.readableBytes)),
                            piece.readableBytes > 0
                        {
                            try await writer.write(piece)
                            await Task.yield()
                        }
                    }
                })
        case .stream(let stream):
            response.body = .stream(
                ResponseStream { writer in
                    try await Self.write(through: CompressingWriter(writer, coding, level: level), stream.write)
                })
        default: return
        }
        response.set("Content-Encoding", coding.rawValue)
        response.remove("Content-Length")
        // Ranges of the content as it was are no parts of what is sent now.
        response.remove("Accept-Ranges")
        if let tag = response.etag, !tag.hasPrefix("W/") { response.etag = "W/" + tag }
    }

    private static func write(
        through writer: CompressingWriter, _ produce: (any BodyWriter) async throws -> Void
    ) async throws {
        try await produce(writer)
        try await writer.finish()
    }

    /// Whether a media type is text of some kind, or else known to become smaller.
    ///
    /// - Parameter type: In lower case, without parameters.
    /// - Returns: Whether compressing it is worth the work.
    public static func isCompressible(_ type: String) -> Bool {
        if type.hasPrefix("text/") || type.hasSuffix("+json") || type.hasSuffix("+xml") || type.hasSuffix("+text") {
            return true
        }
        return compressible.contains(type)
    }

    private static let compressible: Set<String> = [
        "application/json", "application/javascript", "application/x-javascript", "application/ecmascript",
        "application/xml", "application/xml-dtd", "application/graphql", "application/rtf", "application/sql",
        "application/toml", "application/wasm", "application/x-ndjson", "application/x-sh", "application/x-tar",
        "application/x-www-form-urlencoded", "application/x-yaml", "application/yaml", "application/vnd.ms-fontobject",
        "font/otf", "font/ttf", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon", "message/rfc822",
    ]
}
