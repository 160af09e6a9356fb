public import NIOCore
import NIOHTTP1

/// The body as it is, whatever its type.
///
/// Each call says how much it takes. What was read whole stays: a second call, as by a check of a signature after the
/// body was parsed, gets the same bytes. A `Content-Encoding` of gzip or deflate is undone on the way, and limits hold
/// for what comes out; from 64 KiB on, that may be 100 times as much as what was sent.
extension Request {
    /// How large a body may be by default: 64 KiB.
    public static let defaultMaximumBodySize = 65_536

    /// Reads the body whole.
    ///
    /// A client that sent `Expect: 100-continue` is told to go on by the first read.
    ///
    /// - Parameter limit: In bytes. Default: 64 KiB.
    /// - Returns: All of it; empty when the request has none.
    /// - Throws: ``HTTPError`` 413 when it is larger, 408 when it did not arrive in time, 400 when it broke off or is
    ///   not what its `Content-Encoding` says, 415 when that is unknown.
    public func bytes(upTo limit: Int = defaultMaximumBodySize) async throws -> ByteBuffer {
        // Refused before a byte is read, and before the client is told to send any.
        try refuseAnnounced(over: limit)
        let coding = try contentCoding()
        let received = try await content.collect(upTo: limit)
        guard let coding, received.readableBytes > 0 else { return received }
        if inflated == nil { inflated = try Self.inflate(received, coding, upTo: limit) }
        guard let inflated, inflated.readableBytes <= limit else { throw HTTPError.contentTooLarge(limit: limit) }
        return inflated
    }

    /// Reads the body as text, which must be UTF-8 whatever charset its type names.
    ///
    /// - Parameter limit: In bytes. Default: 64 KiB.
    /// - Returns: All of it.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/malformedBody`` when it is not UTF-8, and what ``bytes(upTo:)``
    ///   throws.
    public func text(upTo limit: Int = defaultMaximumBodySize) async throws -> String {
        guard let text = String(validating: try await bytes(upTo: limit).readableBytesView, as: UTF8.self) else {
            throw HTTPError(400, "the body is not UTF-8", reason: .malformedBody)
        }
        return text
    }

    /// Refuses a body that is announced to be too large.
    func refuseAnnounced(over limit: Int) throws(HTTPError) {
        guard let length = headers.first(name: "content-length").flatMap(Int.init), length > limit else { return }
        throw .contentTooLarge(limit: limit)
    }

    /// The coding of the body; nil when there is none to undo.
    ///
    /// - Throws: ``HTTPError`` 415, saying what there is, when it is unknown or there are several.
    func contentCoding() throws(HTTPError) -> ContentCoding? {
        let names = headers["content-encoding"].flatMap(FieldList.elements).filter { $0.lowercased() != "identity" }
        guard let name = names.first else { return nil }
        guard names.count == 1, let coding = ContentCoding(named: name) else {
            throw HTTPError(
                415,
                "the body must be gzip, deflate or not encoded",
                headers: ["Accept-Encoding": "gzip, deflate"],
                reason: .unsupportedMediaType
            )
        }
        return coding
    }

    private static func inflate(
        _ received: ByteBuffer, _ coding: ContentCoding, upTo limit: Int
    ) throws(HTTPError) -> ByteBuffer {
        let inflater = try Inflater(coding)
        var input = received
        var output = ByteBuffer()
        while var piece = try inflater.inflate(&input) {
            output.writeBuffer(&piece)
            guard output.readableBytes <= limit else {
                throw .contentTooLarge(limit: limit)
            }
        }
        try inflater.finish()
        return output
    }
}
