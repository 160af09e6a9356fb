/// How much a multipart form may hold, all parts together, and where its files go.
public struct MultipartOptions: Sendable {
    /// Parts, fields and files together.
    ///
    /// Default: 1,000.
    public var parts = 1_000
    /// Files, each of which is a file in ``directory`` until the request is over.
    ///
    /// Default: 100.
    public var files = 100
    /// The values of all fields that are not files, in bytes.
    ///
    /// Default: 2 MiB.
    public var fieldBytes = 2_097_152
    /// The contents of all files, in bytes.
    ///
    /// Default: 16 MiB.
    public var fileBytes = 16_777_216
    /// The header of one part, in bytes.
    ///
    /// Default: 8 KiB. What is no part, before the first and after the last, may be as long.
    public var headerBytes = 8_192

    /// Where files are kept, as a path.
    ///
    /// Default: `/tmp`.
    public var directory = "/tmp"

    /// Creates the default options.
    public init() {}

    /// No body within the limits is larger; 80 is a boundary's line.
    var bodyBytes: Int {
        let sum = Double(fieldBytes) + Double(fileBytes) + (Double(parts) + 2) * (Double(headerBytes) + 80)
        return Int(exactly: sum.rounded()) ?? .max
    }
}
