import NIOCore

/// Where the bytes of a request's body come from.
enum RequestContent: Sendable {
    /// They are all here, as when a test drives the application in process.
    case whole(ByteBuffer)
    /// They arrive on a connection.
    case streamed(RequestBodyStream)

    static let empty = RequestContent.whole(ByteBuffer())

    /// All the bytes.
    ///
    /// - Throws: ``HTTPError`` 413 when there are more than `limit`; 400 when the client stopped in the middle; 408 when
    ///   it took too long.
    func collect(upTo limit: Int) async throws -> ByteBuffer {
        switch self {
        case .whole(let buffer):
            guard buffer.readableBytes <= limit else { throw HTTPError.contentTooLarge(limit: limit) }
            return buffer
        case .streamed(let stream):
            return try await stream.collect(upTo: limit)
        }
    }
}

extension HTTPError {
    static func contentTooLarge(limit: Int) -> HTTPError {
        HTTPError(413, "the body is larger than \(limit) bytes", reason: .payloadTooLarge)
    }
}
