import NIOHTTP1
import Tracing

/// Reads the caller's trace from a request's header fields.
struct RequestFieldExtractor: Extractor {
    /// The value of a field; several lines are one list, as `tracestate` and `baggage` are.
    func extract(key: String, from headers: HTTPHeaders) -> String? {
        let lines = headers[key]
        return lines.count > 1 ? lines.joined(separator: ",") : lines.first
    }
}
