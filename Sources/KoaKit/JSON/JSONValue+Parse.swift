public import NIOCore

extension JSONValue {
    /// How deep arrays and objects may nest by default.
    public static let defaultMaximumDepth = 32

    /// Parses JSON text strictly: UTF-8 only, no repeated names in an object, no deeper than the limit.
    ///
    /// - Parameters:
    ///   - buffer: One JSON value, all of its readable bytes.
    ///   - maximumDepth: How deep arrays and objects may nest. Default: 32.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/malformedBody``, its message naming what is wrong and where.
    public init(parsing buffer: ByteBuffer, maximumDepth: Int = defaultMaximumDepth) throws(HTTPError) {
        let result = buffer.withUnsafeReadableBytes { bytes in
            Result { () throws(JSONParser.Failure) in try JSONParser.parse(bytes, maximumDepth: maximumDepth) }
        }
        switch result {
        case .success(let value): self = value
        case .failure(let failure): throw HTTPError(400, failure.message, reason: .malformedBody)
        }
    }
}

extension JSONParser.Failure {
    /// For the client.
    var message: String {
        switch self {
        case .syntax(let offset): "the body is not JSON: unexpected byte or end at offset \(offset)"
        case .notUTF8(let offset): "the body is not UTF-8 at offset \(offset)"
        case .tooDeep(let limit): "the body nests deeper than \(limit) levels"
        case .duplicateName(let offset): "the body repeats a name at offset \(offset)"
        }
    }
}
