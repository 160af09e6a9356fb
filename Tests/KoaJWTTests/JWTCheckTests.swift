import InMemoryLogging
import JWTKit
import KoaJWT
import KoaKit
import KoaTesting
import Logging
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JWTCheckTests {
    @Test(arguments: ["new", "secret", "rsa"], Transport.allCases)
    func `a good token gets in, whichever of the keys signed it, with its claims`(
        key: String, over transport: Transport
    ) async throws {
        let token = try await Keyring.issue(kid: JWKIdentifier(string: key)) { $0.sub = "7" }
        try await Application.protected().test(over: transport) { client async throws in
            #expect(try await client.get(as: token).text == "7")
            #expect(try await client.get("/", headers: ["authorization": "bEARER   \(token)"]).text == "7")
        }
    }

    @Test(arguments: Transport.allCases)
    func `a request without a token is a 401 with the bare challenge`(over transport: Transport) async throws {
        let app = try await Application.protected()
        try await app.test(over: transport) { client async throws in
            for headers: HTTPHeaders in [[:], ["Authorization": "Basic YTpi"], ["Authorization": "Bearerx abc"]] {
                let reply = try await client.get("/", headers: headers)
                #expect(reply.status == 401)
                #expect(reply["www-authenticate"] == "Bearer")
                #expect(reply.text == "a token is required")
            }
        }
    }

    @Test(arguments: ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "bearer =", "Bearer \"a\""], Transport.allCases)
    func `a malformed Authorization is a 400`(field: String, over transport: Transport) async throws {
        let app = try await Application.protected { $0.realm = "api" }
        try await app.test(over: transport) { client async throws in
            let reply = try await client.get("/", headers: ["Authorization": field])
            #expect(reply.status == 400)
            #expect(reply["www-authenticate"]?.hasPrefix(#"Bearer realm="api", error="invalid_request""#) == true)
            let two: HTTPHeaders = ["Authorization": "Bearer a", "authorization": "Bearer b"]
            #expect(try await client.get("/", headers: two).status == 400)
        }
    }

    @Test func `the token comes from the closure, then the cookie, then Authorization`() async throws {
        let app = try await Application.protected { options in
            options.cookieName = "jwt"
            options.token = { $0.request.query["token"] }
        }
        app.settings.keys = [CookieKey("0123456789abcdef0123456789abcdef")]
        func headers(_ cookie: String?, _ bearer: String) async throws -> HTTPHeaders {
            var headers: HTTPHeaders = ["Authorization": "Bearer \(try await issue(bearer))"]
            if let cookie { headers.add(name: "Cookie", value: "jwt=\(cookie)") }
            return headers
        }
        func issue(_ subject: String) async throws -> String {
            try await Keyring.issue { $0.sub = SubjectClaim(value: subject) }
        }
        let query = "/?token=\(try await issue("closure"))"
        let all = try await headers(issue("cookie"), "bearer")
        try await app.test { client async throws in
            #expect(try await client.get(query, headers: all).text == "closure")
            #expect(try await client.get("/", headers: all).text == "cookie")
            #expect(try await client.get("/", headers: headers("", "bearer")).text == "bearer")
            #expect(try await client.get("/", headers: headers(nil, "bearer")).text == "bearer")
            // The first that there is counts, good or not.
            #expect(try await client.get("/", headers: headers("bad", "bearer")).refusesToken)
        }
    }

    @Test(arguments: Transport.allCases)
    func `an expired token is told so, from the second in which it expires`(over transport: Transport) async throws {
        let end = #"Bearer error="invalid_token", error_description="the token has expired""#
        func forge(_ exp: String) async throws -> String {
            try await Keyring.forge(header: #"{"alg":"EdDSA"}"#, claims: #"{"sub":"42","exp":\#(exp)}"#)
        }
        let (now, before) = (try await forge("\(Keyring.now)"), try await forge("\(Keyring.now + 1)"))
        let (fraction, ancient) = (try await forge("\(Keyring.now).5"), try await forge("-1e18"))
        try await Application.protected().test(over: transport) { client async throws in
            for token in [now, ancient] {
                let reply = try await client.get(as: token)
                #expect(reply.status == 401)
                #expect(reply["www-authenticate"] == end)
                #expect(reply.text == "the token has expired")
            }
            #expect(try await client.get(as: before).status == 200)
            #expect(try await client.get(as: fraction).status == 200)
        }
    }

    @Test func `a token of the future is refused until its time has come, and leeway bends both ends`() async throws {
        func token(nbf: Int, exp: Int) async throws -> String {
            let claims = #"{"sub":"42","nbf":\#(Keyring.now + nbf),"exp":\#(Keyring.now + exp)}"#
            return try await Keyring.forge(header: #"{"alg":"EdDSA"}"#, claims: claims)
        }
        let (now, early) = (try await token(nbf: 0, exp: 10), try await token(nbf: 1, exp: 10))
        let (late, tooEarly, tooLate) = (
            try await token(nbf: 0, exp: -29), try await token(nbf: 31, exp: 40), try await token(nbf: 0, exp: -30)
        )
        try await Application.protected().test { client async throws in
            #expect(try await client.get(as: now).status == 200)
            #expect(try await client.get(as: early).refusesToken)
        }
        try await Application.protected { $0.leeway = .seconds(30) }.test { client async throws in
            for token in [now, early, late] { #expect(try await client.get(as: token).status == 200) }
            #expect(try await client.get(as: tooEarly).refusesToken)
            #expect(try await client.get(as: tooLate).status == 401)
        }
    }

    @Test func `a token without expiration is good only where that is allowed`() async throws {
        let token = try await Keyring.issue { $0.exp = nil }
        try await Application.protected().test { client async throws in
            #expect(try await client.get(as: token).refusesToken)
        }
        try await Application.protected { $0.requiresExpiration = false }.test { client async throws in
            #expect(try await client.get(as: token).status == 200)
        }
    }

    @Test(arguments: Transport.allCases)
    func `issuer, audience and type have to be ours`(over transport: Transport) async throws {
        let app = try await Application.protected { options in
            options.issuers = ["https://a.example", "https://b.example"]
            options.audiences = ["api", "admin"]
            options.type = "at+jwt"
        }
        func forge(_ iss: String, _ aud: String, _ typ: String) async throws -> String {
            try await Keyring.forge(
                header: #"{"alg":"EdDSA"\#(typ)}"#, claims: #"{"sub":"42","exp":1800000600\#(iss)\#(aud)}"#)
        }
        let (iss, aud, typ) = (#","iss":"https://b.example""#, #","aud":"api""#, #","typ":"at+jwt""#)
        let good = [
            try await forge(iss, aud, typ), try await forge(iss, #","aud":["web","admin"]"#, typ),
            try await forge(iss, aud, #","typ":"application/AT+JWT""#),
        ]
        var bad: [String] = []
        for iss in ["", #","iss":"https://c.example""#, #","iss":["https://b.example"]"#, #","iss":null"#] {
            bad.append(try await forge(iss, aud, typ))
        }
        for aud in ["", #","aud":"web""#, #","aud":[]"#, #","aud":["api",1]"#, #","aud":{"api":1}"#] {
            bad.append(try await forge(iss, aud, typ))
        }
        for typ in ["", #","typ":"JWT""#, #","typ":7"#] { bad.append(try await forge(iss, aud, typ)) }
        try await app.test(over: transport) { client async throws in
            for token in good { #expect(try await client.get(as: token).status == 200) }
            for token in bad { #expect(try await client.get(as: token).refusesToken) }
        }
        // A token for someone is for no one who did not say who he is.
        try await Application.protected().test { client async throws in
            #expect(try await client.get(as: good[0]).refusesToken)
        }
    }

    @Test func `keys rotate while it serves, and without a default key a token has to name one`() async throws {
        let keys = try await Keyring.verifying()
        let app = Application()
        app.use(AccessCheck(keys: keys, algorithms: [.edDSA, .hs256]))
        app.use { ctx, _ in ctx.body = .empty }
        let claims = #"{"sub":"42","exp":9900000000}"#
        let byDefault = try await Keyring.forge(header: #"{"alg":"EdDSA"}"#, claims: claims)
        let unknown = try await Keyring.forge(header: #"{"alg":"EdDSA","kid":"unknown"}"#, claims: claims)
        let new = try await Keyring.forge(header: #"{"alg":"EdDSA","kid":"new"}"#, claims: claims)
        try await app.test { client async throws in
            for token in [byDefault, unknown, new] { #expect(try await client.get(as: token).status == 204) }
            await keys.clearDefault()
            for token in [byDefault, unknown] { #expect(try await client.get(as: token).refusesToken) }
            #expect(try await client.get(as: new).status == 204)
            await keys.remove(kid: "new")
            #expect(try await client.get(as: new).refusesToken)
        }
    }

    @Test(arguments: Transport.allCases)
    func `a revoked token is refused, and a hook that cannot tell lets nobody in`(over transport: Transport)
        async throws
    {
        let app = try await Application.protected { options in
            options.passesThrough = true
            options.isRevoked = { claims, token in
                if claims.sub.value == "outage" { throw HTTPError(503) }
                return claims.sub.value == "revoked" && token.contains(".")
            }
        }
        func issue(_ subject: SubjectClaim) async throws -> String { try await Keyring.issue { $0.sub = subject } }
        let (good, revoked, outage) = (try await issue("42"), try await issue("revoked"), try await issue("outage"))
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get(as: good).text == "42")
            #expect(try await client.get(as: revoked).text == "nobody")
            #expect(try await client.get(as: outage).status == 503)
        }
    }

    @Test func `an HTTPError of the claims' own check is the reply`() async throws {
        let token = try await Keyring.issue { $0.scope = "forbidden" }
        try await Application.protected().test { client async throws in
            let reply = try await client.get(as: token)
            #expect(reply.status == 403)
            #expect(reply.text == "not for this scope")
        }
    }

    @Test(arguments: Transport.allCases)
    func `passing through goes on without claims and says why`(over transport: Transport) async throws {
        let token = try await Keyring.issue()
        let app = try await Application.checking { $0.passesThrough = true }
        app.use { ctx, _ in
            let failure = ctx.state[JWTFailure.self]
            #expect((ctx.state[JWTToken.self] == nil) == (failure != nil))
            let token = ctx.state[JWTToken.self] ?? ""
            ctx.body = .text("\(failure?.status ?? 0) \(failure?.reason?.rawValue ?? "") \(token)")
        }
        try await app.test(over: transport) { client async throws in
            #expect(try await client.get("/").text == "401 missing_token ")
            #expect(try await client.get(as: "a.b.c").text == "401 invalid_token ")
            #expect(try await client.get(as: "a b").text == "400 invalid_request ")
            #expect(try await client.get(as: token).text == "0  \(token)")
        }
    }

    @Test func `the log says why, without the token`() async throws {
        let log = InMemoryLogHandler()
        let app = try await Application.protected()
        app.logger = Logger(label: "test") { _ in log }
        app.logger.logLevel = .debug
        let token = try await Keyring.forge(
            header: #"{"alg":"EdDSA","kid":"rsa"}"#, claims: #"{"sub":"42","exp":1800000600}"#)
        try await app.test { client async throws in #expect(try await client.get(as: token).refusesToken) }
        #expect(log.entries.map { "\($0.message)" } == ["token refused"])
        #expect(log.entries.first?.metadata["jwt.reason"] == "algorithm of another key")
        #expect(log.entries.allSatisfy { $0.level == .debug && !"\($0.metadata)".contains(token) })
    }
}
