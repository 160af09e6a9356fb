import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Serves the files of a folder to GET and HEAD.
///
/// ```swift
/// app.use(StaticFiles("public"))
/// ```
///
/// What is not there passes on to what is downstream. A file comes with its type, `Last-Modified`, a weak `ETag` and
/// `Cache-Control`; a client with the same copy is answered 304, one that asks for a range 206 or 416. Paths and links
/// that lead out of the folder are refused. Files are read piece by piece on threads of their own, at the client's pace.
public struct StaticFiles: Middleware {
    /// How much of a file is in memory at once.
    private static let pieceSize = 65_536

    private let root: String
    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameters:
    ///   - root: The folder, as a path.
    ///   - options: How to serve. Default: see ``Options``.
    public init(_ root: String, options: Options = Options()) {
        self.root = root
        self.options = options
    }

    /// Answers with a file, or runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: ``HTTPError`` 400 for a path that is not decodable, 403 for one that tries to leave the folder, 416 for
    ///   a range that is not there, an error of the file system, and what is downstream throws.
    public func handle(_ context: Context, next: Next) async throws {
        if options.isDeferred {
            try await next()
            guard !context.response.isHeadSent, context.response.isUnanswered, try await serve(context) else { return }
        } else if try await !serve(context) {
            try await next()
        }
    }

    private func serve(_ context: Context) async throws -> Bool {
        guard context.method == .GET || context.method == .HEAD,
            let path = try StaticPath(context.path, options)
        else { return false }
        let codings = options.servesPrecompressed ? Precompressed.accepted(by: context.request) : []
        let found = try await FileThreads.run { [root, options] in
            try StaticFile.find(path, in: root, options, codings: codings)
        }
        guard let found else { return false }
        describe(found, context.response)
        if context.isFresh {
            context.status = 304
        } else {
            try await answer(context, with: found)
        }
        return true
    }

    private func describe(_ found: StaticFile, _ response: Response) {
        let info = found.info
        response.status = 200
        if !response.has("Content-Type") {
            response.type = MediaTypes.type(ofFile: found.name) ?? "application/octet-stream"
        }
        if options.servesPrecompressed { response.vary("Accept-Encoding") }
        if let coding = found.coding { response.set("Content-Encoding", coding.rawValue) }
        response.etag = "W/\"\(String(info.size, radix: 16))-\(String(info.modified, radix: 16))\""
        response.lastModified = Date(timeIntervalSince1970: Double(info.modified))
        response.set("Accept-Ranges", "bytes")
        if !response.has("Cache-Control") {
            let age = "max-age=\(max(0, options.maximumAge.components.seconds))"
            response.set("Cache-Control", options.isImmutable ? age + ", immutable" : age)
        }
    }

    private func answer(_ context: Context, with found: StaticFile) async throws {
        var part = 0..<found.info.size
        switch range(context, found.info.size) {
        case .whole: break
        case .part(let range):
            part = range
            context.status = 206
            context.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(found.info.size)")
        case .unsatisfiable:
            throw HTTPError(416, headers: ["Content-Range": "bytes */\(found.info.size)"])
        }
        if context.method == .GET, part.count <= Self.pieceSize {
            let content = try await Self.read(part, of: found.file)
            // Shorter only if the file was cut since it was found: then what was announced of it is not true.
            guard content.readableBytes == part.count else { throw HTTPError(503, "the file is being changed") }
            context.body = .bytes(content)
        } else {
            context.body = .stream(Self.stream(part, of: found.file))
        }
    }

    private func range(_ context: Context, _ size: Int) -> ByteRange {
        guard context.method == .GET else { return .whole }
        let condition = context.get("If-Range")
        // A weak tag never matches here (RFC 9110, section 13.1.5), and these are weak.
        guard condition.isEmpty || condition == context.response.get("Last-Modified") else { return .whole }
        return ByteRange(context.get("Range"), size: size)
    }

    private static func read(_ part: Range<Int>, of file: OpenFile) async throws -> ByteBuffer {
        try await FileThreads.run { try file.read(part.count, at: part.lowerBound) }
    }

    private static func stream(_ part: Range<Int>, of file: OpenFile) -> ResponseStream {
        ResponseStream(contentLength: part.count) { writer in
            var rest = part
            while !rest.isEmpty {
                let piece = try await read(rest.prefix(pieceSize), of: file)
                // The file was cut. The writer sees that what was announced did not come.
                guard piece.readableBytes > 0 else { return }
                try await writer.write(piece)
                rest = rest.dropFirst(piece.readableBytes)
            }
        }
    }
}
