import NIOHTTP1

extension HTTPMethod {
    /// The method for metrics and spans, by OpenTelemetry's rule: `_OTHER` for one that HTTP does not define, since a
    /// client can make up any number of them.
    var label: String {
        switch self {
        case .GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS, .CONNECT, .TRACE: rawValue
        default: "_OTHER"
        }
    }
}
