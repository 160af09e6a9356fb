import NIOCore

/// Splits `multipart/form-data` (RFC 7578, RFC 2046 section 5.1) into parts, wherever the input is cut.
///
/// Strict where leniency would let two readers see two forms: lines end with CRLF, a boundary stands at the start of a
/// line with nothing after it, and the form has an end. What it holds between two calls is bounded, if
/// ``next()`` is called until it returns nil before more is appended.
struct MultipartParser {
    enum Event: Equatable {
        /// A part begins.
        case part(MultipartHeader)
        /// Some of its content, never empty.
        case content(ByteBuffer)
        /// Its content is whole.
        case partEnd
        /// The form is whole.
        case end
    }

    private enum State {
        case preamble, boundaryEnd, header, contentStart, content, epilogue
    }

    private let limits: MultipartOptions
    /// What ends a part: a line end, two hyphens and the boundary.
    private let delimiter: [UInt8]
    /// Begins with a line end of our own, so that the body's first boundary has one before it too.
    private var input = ByteBuffer(string: "\r\n")
    private var isInputWhole = false
    private var state = State.preamble
    private var isFile = false
    /// How much of a header was searched for its end.
    private var searched = 0
    private var parts = 0
    private var files = 0
    private var fieldBytes = 0
    private var fileBytes = 0
    /// What came outside of parts.
    private var paddingBytes = 0

    init(boundary: String, limits: MultipartOptions) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    mutating func append(_ bytes: ByteBuffer) {
        guard input.readableBytes > 0 else {
            input = bytes
            return
        }
        // A new buffer: slices of the old one may still be on their way to a file.
        var joined = ByteBufferAllocator().buffer(capacity: input.readableBytes + bytes.readableBytes)
        joined.writeImmutableBuffer(input)
        joined.writeImmutableBuffer(bytes)
        input = joined
    }

    /// Says that nothing more will be appended.
    mutating func finish() {
        isInputWhole = true
    }

    /// The next event.
    ///
    /// - Returns: Nil when more input is needed.
    /// - Throws: ``HTTPError`` 400 when this is no such form, 413 when it holds more than the limits allow.
    mutating func next() throws(HTTPError) -> Event? {
        while true {
            let before = state
            if let event = try step() { return event }
            if state != before { continue }
            guard isInputWhole else { return nil }
            guard state == .epilogue else { throw .malformedForm("it breaks off") }
            return .end
        }
    }

    /// Makes an event, or enters another state; does neither when more input is needed.
    private mutating func step() throws(HTTPError) -> Event? {
        switch state {
        case .preamble: try skipPreamble()
        case .boundaryEnd: try passBoundaryEnd()
        case .header: return try takeHeader().map(Event.part)
        case .contentStart: return startContent()
        case .content: return try takeContent()
        case .epilogue: try skip(input.readableBytes)
        }
        return nil
    }

    private mutating func skip(_ count: Int) throws(HTTPError) {
        input.moveReaderIndex(forwardBy: count)
        paddingBytes += count
        guard paddingBytes <= limits.headerBytes else { throw .formTooLarge("too much that is no part") }
    }

    private mutating func skipPreamble() throws(HTTPError) {
        let found = input.find(delimiter)
        try skip(found.offset)
        guard found.isWhole else { return }
        input.moveReaderIndex(forwardBy: delimiter.count)
        state = .boundaryEnd
    }

    /// Reads what follows a boundary: two hyphens, which end the form, or a line end.
    private mutating func passBoundaryEnd() throws(HTTPError) {
        guard let end = input.readBytes(length: 2) else { return }
        if end == Array("--".utf8) {
            state = .epilogue
        } else if end == [0x0D, 0x0A] {
            parts += 1
            guard parts <= limits.parts else { throw .formTooLarge("more than \(limits.parts) parts") }
            searched = 0
            state = .header
        } else {
            throw .malformedForm("a boundary is followed by something else")
        }
    }

    private mutating func takeHeader() throws(HTTPError) -> MultipartHeader? {
        let emptyLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        let found = input.find(emptyLine, from: searched)
        searched = found.offset
        guard found.offset <= limits.headerBytes else { throw .formTooLarge("a header that is too long") }
        guard found.isWhole else { return nil }
        let header = try MultipartHeader(parsing: Array(input.readableBytesView.prefix(found.offset)))
        // The empty line stays: where a part has no content, it is the line end of the next boundary.
        input.moveReaderIndex(forwardBy: found.offset + 2)
        isFile = header.filename != nil
        if isFile { files += 1 }
        guard files <= limits.files else { throw .formTooLarge("more than \(limits.files) files") }
        state = .contentStart
        return header
    }

    private mutating func startContent() -> Event? {
        let found = input.find(delimiter)
        guard found.offset > 0 || found.isWhole else { return nil }
        if found.offset > 0 { input.moveReaderIndex(forwardBy: 2) }
        state = .content
        return nil
    }

    private mutating func takeContent() throws(HTTPError) -> Event? {
        let found = input.find(delimiter)
        if found.offset > 0, let content = input.readSlice(length: found.offset) {
            try count(found.offset)
            return .content(content)
        }
        guard found.isWhole else { return nil }
        input.moveReaderIndex(forwardBy: delimiter.count)
        state = .boundaryEnd
        return .partEnd
    }

    private mutating func count(_ bytes: Int) throws(HTTPError) {
        if isFile { fileBytes += bytes } else { fieldBytes += bytes }
        guard fileBytes <= limits.fileBytes else { throw .formTooLarge("more than \(limits.fileBytes) bytes of files") }
        guard fieldBytes <= limits.fieldBytes else {
            throw .formTooLarge("more than \(limits.fieldBytes) bytes of fields")
        }
    }
}

extension HTTPError {
    static func malformedForm(_ problem: String) -> HTTPError {
        HTTPError(400, "the body is not multipart/form-data: \(problem)", reason: .malformedBody)
    }

    static func formTooLarge(_ what: String) -> HTTPError {
        HTTPError(413, "the form has \(what)", reason: .payloadTooLarge)
    }
}
