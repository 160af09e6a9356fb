public import NIOCore

extension Form {
    /// How many fields a form may have by default: 1,000.
    public static let defaultMaximumCount = 1_000

    /// Parses `application/x-www-form-urlencoded` strictly: every escape is whole, and all text is UTF-8.
    ///
    /// - Parameters:
    ///   - buffer: All of the body.
    ///   - maximumCount: How many fields there may be. Default: 1,000.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/malformedBody`` or, for too many fields, 413.
    public init(parsing buffer: ByteBuffer, maximumCount: Int = defaultMaximumCount) throws(HTTPError) {
        fields = []
        for pair in buffer.readableBytesView.split(separator: UInt8(ascii: "&")) {
            guard fields.count < maximumCount else {
                throw HTTPError(413, "the form has more than \(maximumCount) fields", reason: .payloadTooLarge)
            }
            let middle = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = PercentEncoding.decodeForm(pair[..<middle]),
                let value = PercentEncoding.decodeForm(pair[middle...].dropFirst())
            else {
                throw HTTPError(400, "the body is not a form in UTF-8", reason: .malformedBody)
            }
            fields.append(Field(name, value))
        }
    }
}
