extension Request {
    /// Reads the body as `application/x-www-form-urlencoded`, strictly; see ``Form``.
    ///
    /// - Parameters:
    ///   - limit: In bytes. Default: 64 KiB.
    ///   - maximumCount: How many fields there may be. Default: 1,000.
    /// - Returns: The fields.
    /// - Throws: ``HTTPError`` 415 when the type is another, 400 ``HTTPError/Reason/malformedBody`` when the body is not
    ///   a form in UTF-8, 413 when it has too many fields, and what ``bytes(upTo:)`` throws.
    public func form(
        upTo limit: Int = defaultMaximumBodySize,
        maximumCount: Int = Form.defaultMaximumCount
    ) async throws -> Form {
        guard type == Form.mediaType else {
            throw HTTPError(415, "the body must be \(Form.mediaType)", reason: .unsupportedMediaType)
        }
        return try Form(parsing: try await bytes(upTo: limit), maximumCount: maximumCount)
    }

    /// Reads the body as a form and makes a `Decodable` of it; see ``Form/decode(_:)``.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - limit: In bytes. Default: 64 KiB.
    /// - Returns: The decoded value.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/invalidParameter``, naming the field, when the form does not fit
    ///   `type`, and what ``form(upTo:maximumCount:)`` throws.
    public func decodeForm<Value: Decodable>(
        _ type: Value.Type = Value.self,
        upTo limit: Int = defaultMaximumBodySize
    ) async throws -> Value {
        try await form(upTo: limit).decode(type)
    }
}
