import Crypto
import Foundation
import KoaKit
import Testing

@testable import LoginService

/// What a token of the style `jwt` must be; every refusal here is one before Redis.
struct SessionJWTTests {
    private static let newKey = Data(repeating: 7, count: 32).base64EncodedString()
    private static let appID = "wx-a"
    private static let now: Int64 = 1_800_000_000

    @Test func `a token that was signed is read back, with its user and its place`() async throws {
        let keys = try await Self.keys()
        let token = try await Self.sign(keys)
        #expect(keys.token(token.text) == token)
        #expect(token.userID == 42 && !token.isExpired)
        #expect(token.reference.wholeMatch(of: /[A-Za-z0-9_\-]{27}/) != nil)
        #expect(token.text.utf8.count < SessionJWTKeys.maximumBytes / 2)
    }

    @Test func `the same login gets the same bytes from any node`() async throws {
        let (first, second) = (try await Self.keys(), try await Self.keys())
        let tokens = [try await Self.sign(first), try await Self.sign(second)]
        #expect(tokens[0] == tokens[1])
    }

    @Test func `of several keys the first signs and all verify, each to the same place`() async throws {
        let old = try await Self.keys()
        let rotated = try await Self.keys("\(Self.newKey),\(Backends.secretKey)")
        let before = try await Self.sign(old)
        #expect(rotated.token(before.text) == before)
        let after = try await Self.sign(rotated)
        #expect(after.text != before.text && after.reference != before.reference)
        #expect(old.token(after.text) == nil, "a key that is not there yet")
        let dropped = try await Self.keys(Self.newKey)
        #expect(dropped.token(before.text) == nil && dropped.token(after.text) == after)
    }

    @Test func `time decides: leeway for clocks, then not yet valid or expired`() async throws {
        let text = try await Self.sign(try await Self.keys()).text
        let outcomes: [(Int64, Bool?)] = [
            (-31, nil), (-30, false), (0, false), (3_600, false), (3_629, false), (3_630, true), (9_999_999, true),
        ]
        for (seconds, isExpired) in outcomes {
            #expect(try await Self.keys(at: Self.now + seconds).token(text)?.isExpired == isExpired, "\(seconds)")
        }
    }

    @Test func `another issuer, audience, type, user or no end is refused, though the signature is good`() async throws
    {
        let keys = try await Self.keys()
        #expect(keys.token(try Self.forge(Self.claims)) != nil)
        let changes: [String: [JSONValue?]] = [
            "iss": [nil, "", "wechat-logi", "WECHAT-LOGIN", ["wechat-login"]],
            "aud": [nil, "", "wx-b", "WX-A", ["wx-b"], ["wx-a", 1]],
            "sub": [nil, "", "-1", "+42", "042", "42 ", "0x2a", 42, "1e3", "99999999999999999999", "__proto__"],
            "exp": [nil, "1800003600", true],
            "nbf": [.integer(Self.now + 31), "1", .double(1e300)],
            "jti": [nil, 1, ["a"]],
        ]
        for (name, values) in changes {
            for value in values {
                var members = Self.claims.filter { $0.name != name }
                if let value { members.append(JSONMember(name, value)) }
                #expect(keys.token(try Self.forge(members)) == nil, "\(name) \(String(describing: value))")
            }
        }
        for type: JSONValue? in [nil, "JWT", "at", "jwt+at", "", 1] {
            #expect(keys.token(try Self.forge(Self.claims, type: type)) == nil, "\(String(describing: type))")
        }
        let doubled = Self.claims + [JSONMember("sub", "43")]
        #expect(keys.token(try Self.forge(doubled)) == nil)
        #expect(keys.token(try Self.forge(Self.claims, extra: [JSONMember("crit", ["exp"])])) == nil)
    }

    @Test func `no algorithm but ours is taken, and no key but ours`() async throws {
        let keys = try await Self.keys()
        for algorithm in ["none", "None", "", "hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA"] {
            #expect(keys.token(try Self.forge(Self.claims, algorithm: algorithm)) == nil, "\(algorithm)")
        }
        for identifier: JSONValue? in [
            nil, "", "0", "../../dev/null", "' OR 1=1 --", "__proto__", 1, nil,
            .string(try Self.identifier(Self.newKey)),
        ] {
            #expect(keys.token(try Self.forge(Self.claims, identifier: identifier)) == nil)
        }
        let ours = JSONValue.string(try Self.identifier())
        let foreign = [
            SymmetricKey(size: .bits256), SymmetricKey(data: Data(count: 32)),
            SymmetricKey(data: try #require(Data(base64Encoded: Backends.secretKey))),
            SymmetricKey(data: Data(Backends.secretKey.utf8)),
        ]
        for key in foreign { #expect(keys.token(try Self.forge(Self.claims, identifier: ours, key: key)) == nil) }
    }

    @Test func `unsigned, cut, altered and over-long tokens are refused`() async throws {
        let keys = try await Self.keys()
        let text = try await Self.sign(keys).text
        let parts = text.split(separator: ".").map(String.init)
        let unsigned = [
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1])..", parts[0], "..", "",
        ]
        for text in unsigned + [text + ".", "." + text, text + "=", " " + text, text + "\n", text + text] {
            #expect(keys.token(text) == nil, "\(text)")
        }
        let bytes = Array(text.utf8)
        for position in bytes.indices {
            var altered = bytes
            altered[position] = altered[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(keys.token(String(decoding: altered, as: UTF8.self)) == nil, "\(position)")
        }
        let long = Self.claims + [JSONMember("x", .string(String(repeating: "x", count: 1_000)))]
        #expect(keys.token(try Self.forge(long)) == nil)
    }

    private static let claims = [
        JSONMember("iss", "wechat-login"), JSONMember("aud", "wx-a"), JSONMember("sub", "42"),
        JSONMember("iat", .integer(now)), JSONMember("nbf", .integer(now)), JSONMember("exp", .integer(now + 3_600)),
        JSONMember("jti", "abc"),
    ]

    private static func keys(
        _ secretKey: String = Backends.secretKey, at time: Int64 = now
    ) async throws -> SessionJWTKeys {
        let secretKeys = try #require(SecretKeys(base64: secretKey))
        let date = Date(timeIntervalSince1970: Double(time))
        return try await SessionJWTKeys(secretKeys: secretKeys, audiences: [appID, "wx-c"]) { date }
    }

    private static func sign(_ keys: SessionJWTKeys) async throws -> SessionJWT {
        try await keys.sign(
            identifier: "abc", userID: 42, audience: appID, issuedAt: now, timeToLive: .seconds(3_600))
    }

    private static func identifier(_ secretKey: String = Backends.secretKey) throws -> String {
        let key = try #require(SecretKeys(base64: secretKey)).writing
        return Base64URL.encode(Array(key.code(of: "", purpose: "jwt-kid")).prefix(8))
    }

    /// Signs anything, as only who has the secret key could; without `identifier` as the key that it is signed with.
    private static func forge(
        _ claims: [JSONMember], type: JSONValue? = "at+jwt", algorithm: String = "HS256",
        identifier: JSONValue?? = .none, key: SymmetricKey? = nil, extra: [JSONMember] = []
    ) throws -> String {
        let secret = try #require(SecretKeys(base64: Backends.secretKey)).writing
        var header = [JSONMember("alg", .string(algorithm))]
        if let type { header.append(JSONMember("typ", type)) }
        switch identifier {
        case .none: header.append(JSONMember("kid", .string(try Self.identifier())))
        case .some(let value): if let value { header.append(JSONMember("kid", value)) }
        }
        let signed = [header + extra, claims].map { Base64URL.encode(Array(JSONValue.object($0).text.utf8)) }
            .joined(separator: ".")
        let key = key ?? secret.derived(for: "jwt-signature")
        let code = Array(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key))
        return signed + "." + Base64URL.encode(code)
    }
}
