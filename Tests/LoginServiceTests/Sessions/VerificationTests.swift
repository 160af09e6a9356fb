import KoaKit
import KoaTesting
import NIOHTTP1
import RedisClient
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct VerificationTests {
    private static let required = Outcome.failure(10_016, "verification_required", status: 200)

    private func bind(_ node: TestNode, _ token: String) async throws -> TestReply {
        try await node.client.post(
            "/user/login", headers: ["token": token], body: .json(["phone": "13012341236"]))
    }

    private func verify(_ node: TestNode, _ token: String, _ code: String) async throws -> TestReply {
        try await node.client.post("/user/verify", headers: ["token": token], body: .json(["code": .string(code)]))
    }

    @Test(arguments: ["md5", "opaque"])
    func `binding a phone asks for a proof, which opens it on every node`(_ style: String) async throws {
        let settings: [Setting: String] = [.tokenStyle: style, .phoneSelfAsserted: "true", .stepUp: "5m"]
        try await withTwoNodes(settings) { backends, first, second async throws in
            let token = try await first.logIn(try backends.code()).token
            let refused = try await bind(first, token)
            #expect(refused.outcome == Self.required && refused.text.contains("POST /user/verify"))
            let reply = try await verify(first, token, try backends.code())
            #expect(reply.outcome == .success && reply.data?["expiresIn"] == 300)
            let markers = try await backends.redisKeys("*:verified:*")
            #expect(markers.count == 1)
            guard case .expires(let left) = try await backends.redis.timeToLive(markers[0]) else {
                Issue.record("a proof for ever")
                return
            }
            #expect(left <= .seconds(300) && left > .seconds(200))
            for node in [second, first] { #expect(try await bind(node, token).outcome == .success) }
            try await backends.redis.expire(markers[0], after: .zero)
            #expect(try await bind(second, token).outcome == Self.required)
            #expect(second.audit.isEmpty == false && first.audit.contains("verified"))
        }
    }

    @Test func `a proof is of no use to another session, nor to a later one of the same name`() async throws {
        try await withNode([.tokenStyle: "opaque", .phoneSelfAsserted: "true", .stepUp: "5m"]) {
            backends, node async throws in
            let verified = try await node.logIn(try backends.code()).token
            let other = try await node.logIn(try backends.code()).token
            #expect(try await verify(node, verified, try backends.code()).outcome == .success)
            #expect(try await bind(node, other).outcome == Self.required)
            #expect(try await bind(node, verified).outcome == .success)
        }
        try await withNode([.phoneSelfAsserted: "true", .stepUp: "5m"]) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            #expect(try await verify(node, token, try backends.code()).outcome == .success)
            _ = try await node.client.post("/user/logout", headers: ["token": token])
            #expect(try await node.logIn(try backends.code()).token == token)
            #expect(try await bind(node, token).outcome == Self.required)
        }
    }

    @Test func `a code of another user, a refused one and one that was used mark nothing`() async throws {
        try await withNode([.tokenStyle: "opaque", .phoneSelfAsserted: "true", .stepUp: "5m"]) {
            backends, node async throws in
            let code = try backends.code()
            let token = try await node.logIn(code).token
            let refusals: [(String, Outcome)] = [
                (try backends.code(for: "bob"), .failure(10_016, "other_user", status: 200)),
                (code, .failure(10_001, "code_used", status: 200, errcode: 40_163)),
                ("unknown", .failure(10_001, "invalid_code", status: 200, errcode: 40_029)),
                ("", .invalidParameter),
            ]
            for (code, outcome) in refusals {
                #expect(try await verify(node, token, code).outcome == outcome)
                #expect(try await bind(node, token).outcome == Self.required)
            }
            #expect(try await backends.redisKeys("*:verified:*") == [])
            #expect(
                node.audit.dropFirst() == [
                    "verification_refused other_user", "verification_refused code_used",
                    "verification_refused invalid_code",
                ])
            let stranger = try await verify(node, "token_" + String(repeating: "A", count: 43), try backends.code())
            #expect(stranger.outcome == .notLoggedIn)
        }
    }

    @Test func `a proof that arrives after the session ended marks nothing`() async throws {
        try await withSessionNode { node async throws in
            // Each user once: a login right after the user's sessions were ended may be taken for one from before.
            for (number, style) in TokenStyle.allCases.enumerated() {
                let owner = SessionNode.owner("u\(number)", Int64(100 + number))
                let token = try await node.logIn(owner, style: style)
                #expect(try await node.store.isVerified(token) == false)
                #expect(try await node.store.verify(token, for: .seconds(300)))
                #expect(try await node.store.isVerified(token))
                _ = try await node.store.endAll(of: owner, except: nil)
                #expect(try await node.store.isVerified(token) == false)
                #expect(try await node.store.verify(token, for: .seconds(300)) == false)
                #expect(try await node.store.verify(node.makeToken(SessionNode.bob), for: .seconds(300)) == false)
            }
        }
    }

    @Test func `a session of another system's can be verified, and one whose ending Redis forgot cannot`() async throws
    {
        try await withSessionNode { node async throws in
            let foreign = node.makeToken(style: .md5)
            try await node.redis.set(node.key(foreign), to: #"{"openid":"o-alice","userId":42}"#)
            #expect(try await node.store.verify(foreign, for: .seconds(300)))
            #expect(try await node.store.isVerified(foreign))
            let forgotten = try await node.logIn(device: #"x","iat":5,"gen":9}"#)
            #expect(try await node.store.verify(forgotten, for: .seconds(300)))
            #expect(try await node.store.isVerified(forgotten))
            try await node.redis.delete("{42}:session:index")
            _ = try await node.store.endAll(of: SessionNode.alice, except: nil)
            #expect(try await node.isAlive(forgotten))
            #expect(try await node.store.isVerified(forgotten) == false)
        }
    }

    @Test func `where nobody may name a phone, that is said before a proof is asked for`() async throws {
        try await withNode([.stepUp: "5m"]) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            #expect(try await bind(node, token).outcome == .failure(10_016, "forbidden", status: 200))
        }
    }

    @Test func `without STEP_UP nothing is asked for, and there is no such route`() async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            #expect(try await bind(node, token).outcome == .success)
            #expect(try await verify(node, token, try backends.code()).status == 404)
        }
    }
}
