import NIOCore
import Synchronization

/// Where the bytes of a request's body come from.
enum RequestContent: Sendable {
    /// The request has no body.
    case empty
    /// They are all here, as when a test drives the application in process.
    case present(WholeContent)
    /// They arrive on a connection.
    case streamed(RequestBodyStream)

    static func whole(_ buffer: ByteBuffer) -> RequestContent { .present(WholeContent(buffer)) }

    /// All the bytes.
    ///
    /// - Throws: ``HTTPError`` 413 when there are more than `limit`; 400 when the client stopped in the middle; 408 when
    ///   it took too long; 500 when some were taken already.
    func collect(upTo limit: Int) async throws -> ByteBuffer {
        switch self {
        case .empty: ByteBuffer()
        case .present(let content): try content.collect(upTo: limit)
        case .streamed(let stream): try await stream.collect(upTo: limit)
        }
    }

    /// The next bytes; nil at the end.
    ///
    /// - Throws: ``HTTPError`` 400 when the client stopped in the middle; 408 when it took too long.
    func next() async throws -> ByteBuffer? {
        switch self {
        case .empty: nil
        case .present(let content): content.next()
        case .streamed(let stream): try await stream.next()
        }
    }
}

/// A body that is here whole, read by the rules of one that arrives.
final class WholeContent: Sendable {
    /// Nil once it was taken in pieces.
    private let buffer: Mutex<ByteBuffer?>

    init(_ buffer: ByteBuffer) {
        self.buffer = Mutex(buffer)
    }

    func collect(upTo limit: Int) throws -> ByteBuffer {
        guard let buffer = buffer.withLock({ $0 }) else { throw HTTPError.bodyTaken }
        guard buffer.readableBytes <= limit else { throw HTTPError.contentTooLarge(limit: limit) }
        return buffer
    }

    func next() -> ByteBuffer? {
        let taken = buffer.withLock { $0.take() }
        return taken?.readableBytes == 0 ? nil : taken
    }
}

extension HTTPError {
    static let bodyTaken = HTTPError(500, "the body was taken in pieces already")

    static func contentTooLarge(limit: Int) -> HTTPError {
        HTTPError(413, "the body is larger than \(limit) bytes", reason: .payloadTooLarge)
    }
}
