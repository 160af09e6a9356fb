import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Gives replies an `ETag`: their length and a digest of their content.
///
/// Only those of 200 to 299 with text, bytes or JSON and without a tag; a stream's content is not known in time.
/// ``ConditionalGet`` goes outside of it and makes use of the tag.
public struct EntityTags: Middleware {
    /// How ``EntityTags`` makes tags.
    public struct Options: Sendable {
        /// Whether tags are weak, so that they say the same of contents that differ in their coding.
        ///
        /// Default: false.
        public var isWeak = false

        /// Creates the default options.
        public init() {}
    }

    private let options: Options

    /// Creates the middleware.
    ///
    /// - Parameter options: How to make tags. Default: strong.
    public init(_ options: Options = Options()) {
        self.options = options
    }

    /// Runs what is downstream and gives its content a tag.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws, and what encoding a body throws.
    public func handle(_ context: Context, next: Next) async throws {
        try await next()
        guard !context.response.isHeadSent, (200..<300).contains(context.status), !context.response.has("ETag") else {
            return
        }
        try context.response.renderBody()
        guard case .bytes(let bytes) = context.body else { return }
        context.etag = (options.isWeak ? "W/" : "") + Self.tag(of: bytes)
    }

    private static func tag(of bytes: ByteBuffer) -> String {
        let digest = bytes.withUnsafeReadableBytes { SHA256.hash(data: $0) }
        // Half of the digest tells contents apart as well as its whole.
        return "\"\(String(bytes.readableBytes, radix: 16))-\(Data(digest.prefix(16)).base64EncodedString())\""
    }
}
