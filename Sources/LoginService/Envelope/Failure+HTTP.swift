import KoaKit
import NIOHTTP1

extension Failure {
    /// What the envelope makes of any error: itself, what the framework refused, else a fault of ours.
    init(_ error: any Error) {
        if let failure = error as? Failure {
            self = failure
        } else if let error = error as? HTTPError {
            self.init(error)
        } else {
            self = .internalFault(error)
        }
    }

    private init(_ error: HTTPError) {
        let (code, reason): (Code, String) =
            switch error.status {
            case 400 where error.reason == .invalidParameter: (.invalidParameter, "invalid_parameter")
            case 400, 408: (.malformedBody, error.reason?.rawValue ?? "malformed_body")
            // A method that is no method: what was sent is not HTTP that we read.
            case 501: (.malformedBody, "malformed_body")
            case 404: (.notFound, "not_found")
            case 405: (.methodNotAllowed, "method_not_allowed")
            case 413, 414, 431: (.payloadTooLarge, "payload_too_large")
            case 415: (.unsupportedMediaType, "unsupported_media_type")
            case 429: (.rateLimited, "rate_limited")
            case 503: (.overloaded, error.reason?.rawValue ?? "overloaded")
            default: (.internalFault, "internal")
            }
        self.init(
            code: code,
            reason: reason,
            message: code == .internalFault ? "internal error" : error.exposedMessage,
            status: error.status == 501 ? 400 : error.status,
            retryAfter: code == .overloaded ? 1 : nil,
            allow: error.headers.first(name: "Allow"),
            underlying: error
        )
    }
}
