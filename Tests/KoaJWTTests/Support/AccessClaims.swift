import JWTKit
import KoaKit

struct AccessClaims: JWTPayload {
    struct Unwanted: Error {}

    var sub = SubjectClaim(value: "42")
    var exp: ExpirationClaim?
    var nbf: NotBeforeClaim?
    var iss: IssuerClaim?
    var aud: AudienceClaim?
    var scope: String?

    func verify(using algorithm: some JWTAlgorithm) throws {
        if scope == "unwanted" { throw Unwanted() }
        if scope == "forbidden" { throw HTTPError(403, "not for this scope") }
    }
}
