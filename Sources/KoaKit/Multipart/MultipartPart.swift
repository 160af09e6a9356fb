public import NIOCore

/// A part of a multipart form, while it arrives.
public struct MultipartPart {
    /// The name of the form's field.
    public let name: String
    /// The last component of the name that the client gave the file; empty when it gave none, nil when this is no file.
    public let filename: String?
    /// The type that the client gave it; nil when it gave none.
    public let contentType: String?
    /// What is in it, to be read once, before the closure that got the part returns.
    public let content: Content

    init(_ header: MultipartHeader, _ reader: MultipartReader) {
        name = header.name
        filename = header.filename
        contentType = header.contentType
        content = Content(reader)
    }

    /// The bytes of a part, as they arrive.
    public struct Content: AsyncSequence, AsyncIteratorProtocol {
        private let reader: MultipartReader
        private let part: Int

        init(_ reader: MultipartReader) {
            self.reader = reader
            part = reader.part
        }

        /// The content itself.
        public func makeAsyncIterator() -> Content { self }

        /// The next bytes; nil at the end of the part.
        ///
        /// - Throws: ``HTTPError`` when the form is malformed or too large or does not arrive.
        public func next() async throws -> ByteBuffer? {
            guard reader.part == part else { return nil }
            return try await reader.nextContent()
        }
    }
}
