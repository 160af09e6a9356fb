/// A coding in which a file may lie beside itself, compressed beforehand.
enum Precompressed: String, CaseIterable, Sendable {
    // The smaller one comes first.
    case brotli = "br"
    case gzip = "gzip"

    /// What follows the name of the file itself.
    var suffix: String {
        switch self {
        case .brotli: ".br"
        case .gzip: ".gz"
        }
    }

    /// Those that a client likes better than no coding.
    static func accepted(by request: Request) -> [Precompressed] {
        allCases.filter { request.acceptsEncodings($0.rawValue, "identity") == $0.rawValue }
    }
}
