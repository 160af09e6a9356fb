import NIOHTTP1

/// What a client is told of what is not a request that can be handled.
extension HTTPError {
    static let ambiguousRequest = HTTPError(
        400, "the request is ambiguous: its length, its host or its target", reason: .malformedBody)

    static let forbiddenTrailer = HTTPError(
        400, "a field after the body must not say how to read the message", reason: .malformedBody)

    /// What a client is told of bytes that are not HTTP, or past a limit.
    init(refusing error: any Error) {
        if error as? HTTPParserError == .headerOverflow {
            self.init(431, "the header block is over its limit", reason: .payloadTooLarge)
        } else if error is RequestDecoder.Refusal {
            self.init(501, "the method is not known here", isExposed: true, reason: .malformedBody)
        } else {
            self.init(400, "the request is not well-formed HTTP", reason: .malformedBody)
        }
    }
}
