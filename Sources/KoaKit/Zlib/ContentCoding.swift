/// A content coding that zlib knows (RFC 9110, section 8.4.1).
enum ContentCoding: String, Sendable {
    /// The gzip file format (RFC 1952).
    case gzip
    /// The zlib format (RFC 1950), for all that its name says.
    case deflate

    /// A coding by its registered name or the alias that RFC 9110 tells recipients to know, whatever the case.
    init?(named name: some StringProtocol) {
        switch name.lowercased() {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// What zlib calls the format: the largest window, plus 16 for gzip's.
    var windowBits: Int32 {
        switch self {
        case .gzip: 31
        case .deflate: 15
        }
    }
}
