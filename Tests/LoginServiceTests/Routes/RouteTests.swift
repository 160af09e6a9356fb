import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct RouteTests {
    @Test(arguments: ["seed", "http"])
    func `an unknown path is a 404 and a wrong method a 405, in both modes`(_ mode: String) async throws {
        try await withNode([.envelopeStatus: mode]) { _, node in
            for path in [
                "/", "/user", "/user/", "/user/nobody", "/user/me/x", "/admin", "/healthz/x", "/%00", "/..", "*",
            ] {
                let reply = try await node.client.get(path)
                #expect(reply.outcome == .failure(10_006, "not_found", status: 404), "\(path)")
                #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
            }
            let wrong: [(HTTPMethod, String, String)] = [
                (.GET, "/user/wechatlogin", "POST"), (.PUT, "/user/wechatlogin", "POST"),
                (.DELETE, "/user/me", "HEAD, GET"), (.POST, "/user/info", "PUT"), (.GET, "/user/logout", "POST"),
                (.POST, "/checklogin", "HEAD, GET"), (.POST, "/healthz", "HEAD, GET"),
                (.RAW(value: "PURGE"), "/user/me", "HEAD, GET"), (.TRACE, "/user/wechatlogin", "POST"),
            ]
            for (method, path, allowed) in wrong {
                let reply = try await node.client.request(method, path)
                #expect(reply.outcome == .failure(10_007, "method_not_allowed", status: 405), "\(method) \(path)")
                #expect(Set(reply["Allow"]?.split(separator: ", ") ?? []) == Set(allowed.split(separator: ", ")))
            }
            let purge = try await node.client.request(.RAW(value: "PURGE"), "/nowhere")
            #expect(purge.outcome == .failure(10_006, "not_found", status: 404))
        }
    }

    @Test func `HEAD answers as GET does, without content`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            for path in ["/healthz", "/readyz", "/user/me", "/checklogin"] {
                let get = try await node.client.get(path, headers: ["token": token])
                let head = try await node.client.head(path, headers: ["token": token])
                #expect(head.status == get.status && head.content.isEmpty)
                for field in ["Content-Length", "Content-Type", "Cache-Control"] { #expect(head[field] == get[field]) }
            }
        }
    }

    @Test func `checklogin answers in its own shape, and is JSON that nobody may store`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let yes = try await node.client.get("/checklogin?token=\(token)")
            let no = try await node.client.get("/checklogin")
            #expect(yes.text == #"{"is_login":true}"# && no.text == #"{"is_login":false}"#)
            for reply in [yes, no] {
                #expect(reply.status == 200)
                #expect(reply["Content-Type"] == "application/json; charset=utf-8")
                #expect(reply["Cache-Control"] == "no-store")
            }
        }
    }

    @Test func `SEED_ROUTES decides which older routes there are`() async throws {
        try await withNode([.seedRoutes: "credit,jwt"]) { _, node in
            #expect(try await node.client.get("/checklogin").outcome == .failure(10_006, "not_found", status: 404))
            let main = try await node.client.get("/user/me")
            #expect(main.outcome == .notLoggedIn)
        }
    }

    @Test func `healthz and readyz answer with what they found`() async throws {
        try await withNode { _, node in
            let health = try await node.client.get("/healthz")
            #expect(health.text == #"{"code":0,"message":"OK"}"#)
            let ready = try await node.client.get("/readyz")
            #expect(ready.text == #"{"code":0,"message":"OK","data":{"sessionStore":"ok","userStore":"ok"}}"#)
        }
    }

    @Test func `logging out is an empty success, and is over for good`() async throws {
        try await withNode { backends, node in
            let token = try await node.logIn(try backends.code()).token
            let reply = try await node.client.post("/user/logout", headers: ["token": token])
            #expect(reply.text == #"{"code":0,"message":"OK"}"#)
            #expect(try await node.client.me(token).outcome == .notLoggedIn)
            #expect(try await node.client.post("/user/logout", headers: ["token": token]).outcome == .notLoggedIn)
            #expect(try await backends.redisKeys("session:*") == [])
        }
    }
}
