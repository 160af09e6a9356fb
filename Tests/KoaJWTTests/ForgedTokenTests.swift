import JWTKit
import KoaJWT
import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ForgedTokenTests {
    private static let claims = #"{"sub":"42","exp":1800000600}"#
    private static let header = #"{"alg":"EdDSA","kid":"new"}"#

    @Test(arguments: Transport.allCases)
    func `a forged token with good header and claims is accepted: what the other tests forge is what they refuse`(
        over transport: Transport
    ) async throws {
        let token = try await Keyring.forge(header: Self.header, claims: Self.claims)
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).text == "42")
        }
    }

    @Test(arguments: ["none", "None", "NONE", "nOnE", ""], Transport.allCases)
    func `alg none is refused, signed or not`(algorithm: String, over transport: Transport) async throws {
        let signed = try await Keyring.forge(header: #"{"alg":"\#(algorithm)","kid":"new"}"#, claims: Self.claims)
        let unsigned = String(signed[...(signed.lastIndex(of: ".") ?? signed.startIndex)])
        let keys = try await Keyring.verifying()
        await keys.addUnsecuredNone(kid: "none")
        let app = Application()
        app.use(AccessCheck(keys: keys, algorithms: [.edDSA, .hs256]))
        let byNone = try await Keyring.forge(header: #"{"alg":"\#(algorithm)","kid":"none"}"#, claims: Self.claims)
        try await app.test(over: transport) { client async throws in
            for token in [signed, unsigned, byNone] { #expect(try await client.get(as: token).refusesToken) }
        }
    }

    @Test(arguments: ["EdDSA raw", "EdDSA PEM", "RSA DER", "RSA PEM"], Transport.allCases)
    func `a public key is not taken for the secret of HS256`(form: String, over transport: Transport) async throws {
        let key = try await Keyring.publicKeyAsSecret(form)
        var tokens: [String] = []
        for kid in [#","kid":"new""#, #","kid":"rsa""#, #","kid":"secret""#, ""] {
            tokens.append(try await Keyring.forge(header: #"{"alg":"HS256"\#(kid)}"#, claims: Self.claims, by: key))
        }
        try await Application.protected().test(over: transport) { client async throws in
            for token in tokens { #expect(try await client.get(as: token).refusesToken) }
        }
    }

    @Test func `an algorithm that is not listed is refused though there is a key for it`() async throws {
        let app = try await Application.protected(by: [.edDSA])
        let (edDSA, hs256) = (try await Keyring.issue(), try await Keyring.issue(kid: "secret"))
        try await app.test { client async throws in
            #expect(try await client.get(as: edDSA).status == 200)
            #expect(try await client.get(as: hs256).refusesToken)
        }
    }

    @Test(
        arguments: [
            #"{"alg":"EdDSA","kid":"secret"}"#, #"{"alg":"EdDSA","kid":"rsa"}"#, #"{"alg":"EdDSA","kid":7}"#,
            #"{"kid":"new"}"#, #"{"alg":["EdDSA"],"kid":"new"}"#, #"{"alg":"EdDSA","alg":"EdDSA","kid":"new"}"#,
            #"{"alg":"EdDSA","kid":"new","crit":["exp"],"exp":1}"#, #"{"alg":"EdDSA","kid":"new","crit":null}"#,
            #"{"alg":"EdDSA","kid":"new","x":1e300,"#, #"["EdDSA"]"#, "null", "", "{",
            String(repeating: "[", count: 2_000),
        ], Transport.allCases)
    func `a header that is not what it has to be is refused`(header: String, over transport: Transport) async throws {
        let token = try await Keyring.forge(header: header, claims: Self.claims)
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).refusesToken)
        }
    }

    @Test(arguments: Transport.allCases)
    func `a number beyond 64 bits in a header ends nothing`(over transport: Transport) async throws {
        let header = #"{"alg":"EdDSA","kid":"new","x":1e300}"#
        let token = try await Keyring.forge(header: header, claims: Self.claims)
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).text == "42")
        }
    }

    @Test(
        arguments: [
            #"{"sub":42,"exp":1800000600}"#, #"{"exp":1800000600}"#, #"{"sub":"42","exp":"1800000600"}"#,
            #"{"sub":"42","exp":1800000600,"exp":1800000600}"#, #"{"sub":"42","exp":null}"#, #"{"sub":"42"}"#,
            #"{"sub":"42","exp":1800000600,"aud":[]}"#, #"{"sub":"42","exp":1800000600,"nbf":"soon"}"#, "[]", "",
            #"{"sub":"42","exp":1800000600,"scope":"unwanted"}"#,
        ], Transport.allCases)
    func `claims that are not what they have to be are refused`(claims: String, over transport: Transport) async throws
    {
        let token = try await Keyring.forge(header: Self.header, claims: claims)
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).refusesToken)
        }
    }

    @Test(arguments: Transport.allCases)
    func `a token that was changed anywhere is refused, spelling included`(over transport: Transport) async throws {
        let token = try await Keyring.issue()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let characters = Array(token)
        var changed: Set<String> = [token + "=", token + "A", token + ".", "." + token, String(token.dropLast())]
        for index in characters.indices where characters[index] != "." {
            // The next character of the alphabet: the last one of a part then often decodes to the same bytes.
            let place = try #require(alphabet.firstIndex(of: characters[index]))
            var copy = characters
            copy[index] = alphabet[place ^ 1]
            changed.insert(String(copy))
        }
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).status == 200)
            for token in changed { #expect(try await client.get(as: token).refusesToken, "\(token)") }
        }
    }
}
