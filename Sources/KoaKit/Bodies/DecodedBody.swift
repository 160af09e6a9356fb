import NIOCore

/// A request's body piece by piece, its coding undone.
final class DecodedBody {
    private let content: RequestContent
    private let inflater: Inflater?
    /// What is still to be inflated.
    private var input = ByteBuffer()
    private var isEmpty = true

    /// - Throws: ``HTTPError`` 415 when the coding is unknown.
    init(of request: Request) throws(HTTPError) {
        content = request.content
        inflater = if let coding = try request.contentCoding() { try Inflater(coding) } else { nil }
    }

    /// The next bytes; nil at the end.
    ///
    /// - Throws: ``HTTPError`` as reading the body does; 400 when it is not of its coding, 413 when it inflates to too
    ///   much.
    func next() async throws -> ByteBuffer? {
        guard let inflater else { return try await content.next() }
        while true {
            if let piece = try inflater.inflate(&input) { return piece }
            guard let received = try await content.next() else {
                if !isEmpty { try inflater.finish() }
                return nil
            }
            isEmpty = isEmpty && received.readableBytes == 0
            input = received
        }
    }
}
