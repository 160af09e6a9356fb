import NIOCore

/// Reads a request's parts as they arrive, no further than it is asked.
final class MultipartReader {
    private let body: DecodedBody
    private var parser: MultipartParser
    /// Counts parts, so that the content of an earlier one is known to be over.
    private(set) var part = 0
    private var isInPart = false

    init(_ body: DecodedBody, boundary: String, _ options: MultipartOptions) {
        self.body = body
        parser = MultipartParser(boundary: boundary, limits: options)
    }

    /// The next part, what is left of the current one skipped; nil at the form's end.
    ///
    /// - Throws: ``HTTPError`` 400 or 413 for a form that is malformed or too large, and as reading the body does.
    func nextPart() async throws -> MultipartHeader? {
        while true {
            switch try await nextEvent() {
            case .part(let header):
                part += 1
                isInPart = true
                return header
            case .content: continue
            case .partEnd: isInPart = false
            case .end: return nil
            }
        }
    }

    /// The next bytes of the current part; nil at its end.
    ///
    /// - Throws: As ``nextPart()``.
    func nextContent() async throws -> ByteBuffer? {
        guard isInPart else { return nil }
        guard case .content(let bytes) = try await nextEvent() else {
            isInPart = false
            return nil
        }
        return bytes
    }

    private func nextEvent() async throws -> MultipartParser.Event {
        while true {
            if let event = try parser.next() { return event }
            if let bytes = try await body.next() { parser.append(bytes) } else { parser.finish() }
        }
    }
}
