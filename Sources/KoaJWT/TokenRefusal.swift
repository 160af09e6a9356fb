import KoaKit
import NIOHTTP1

/// Why a request has no claims.
package enum TokenRefusal: Error {
    /// It has no token.
    case missing
    /// Its `Authorization` is no request for `Bearer`.
    case malformedRequest
    /// The token was good once.
    case expired
    /// The token is not good; why is for the log alone.
    case invalid(String)

    /// For the log; nothing of the token is in it.
    var reason: String {
        switch self {
        case .missing: "no token"
        case .malformedRequest: "malformed Authorization"
        case .expired: "expired"
        case .invalid(let reason): reason
        }
    }

    /// What the client is told (RFC 6750, section 3): no more than whether a new token would help.
    func error(realm: String?) -> HTTPError {
        let (status, message, code): (Int, String, HTTPError.Reason?) =
            switch self {
            case .missing: (401, "a token is required", nil)
            case .malformedRequest: (400, "the Authorization field is malformed", .invalidRequest)
            case .expired: (401, "the token has expired", .invalidToken)
            case .invalid: (401, "the token is invalid", .invalidToken)
            }
        var parameters = realm.map { ["realm=\"\($0)\""] } ?? []
        // A request without credentials is not told of an error (section 3.1).
        if let code { parameters += ["error=\"\(code.rawValue)\"", "error_description=\"\(message)\""] }
        let challenge = parameters.isEmpty ? "Bearer" : "Bearer " + parameters.joined(separator: ", ")
        return HTTPError(status, message, headers: ["WWW-Authenticate": challenge], reason: code ?? .missingToken)
    }
}
