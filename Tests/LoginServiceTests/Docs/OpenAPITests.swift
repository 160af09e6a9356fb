import Foundation
import KoaKit
import KoaTesting
import NIOHTTP1
import RedisServerFixture
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct OpenAPITests {
    private static let everything: [Setting: String] = [.seedRoutes: "credit,checklogin,jwt", .stepUp: "5m"]

    private func withDocument(
        _ settings: [Setting: String] = everything, _ body: (JSONValue, Backends, TestNode) async throws -> Void
    ) async throws {
        try await withNode(settings) { backends, node in
            let reply = try await node.client.get("/openapi.json")
            #expect(reply["Content-Type"] == "application/json; charset=utf-8")
            try await body(try reply.json(), backends, node)
        }
    }

    private struct Operation {
        let path: String
        let method: String
        let json: JSONValue
    }

    private static func operations(_ document: JSONValue) -> [Operation] {
        (document["paths"]?.members ?? []).flatMap { path in
            path.value.members.map { Operation(path: path.name, method: $0.name, json: $0.value) }
        }
    }

    @Test func `every route that is served is described, and every description has its route`() async throws {
        try await withDocument { document, _, _ in
            let served = Self.operations(document)
            for operation in served {
                #expect(operation.json["x-undescribed"] == nil, "\(operation.method) \(operation.path)")
            }
            let described = Set(APIOperation.all.map(\.id))
            #expect(described.count == APIOperation.all.count, "an operationId stands twice")
            #expect(Set(served.compactMap { $0.json["operationId"]?.stringValue }) == described)
        }
    }

    @Test func `what is switched off is not in it`() async throws {
        try await withDocument([.seedRoutes: "checklogin"]) { document, _, _ in
            let paths = document["paths"]?.members.map(\.name) ?? []
            #expect(paths.contains("/checklogin") && paths.contains("/user/wechatlogin"))
            #expect(!paths.contains("/credit") && !paths.contains("/isAuth"))
        }
    }

    @Test(arguments: EnvelopeStatus.allCases)
    func `it has the structure of OpenAPI 3-1`(_ status: EnvelopeStatus) async throws {
        let settings = Self.everything.merging([.envelopeStatus: status.rawValue]) { $1 }
        try await withDocument(settings) { document, _, _ in
            #expect(document["openapi"] == "3.1.0")
            #expect(document.value(at: "info/title") != nil && document.value(at: "info/version") != nil)
            let tags = document["tags"]?.elements.compactMap { $0["name"] } ?? []
            let schemes = document.value(at: "components/securitySchemes")?.members.map(\.name) ?? []
            for operation in Self.operations(document) {
                let comment: Comment = "\(operation.method) \(operation.path)"
                #expect(operation.path.hasPrefix("/"), comment)
                #expect(["get", "put", "post", "delete"].contains(operation.method), comment)
                #expect(operation.json["summary"]?.stringValue?.isEmpty == false, comment)
                #expect(operation.json["x-summary-zh"]?.stringValue?.isEmpty == false, comment)
                #expect(operation.json["tags"]?.elements.allSatisfy(tags.contains) == true, comment)
                let inPath = operation.path.matches(of: /\{([^}]+)\}/).map { String($0.1) }
                let parameters = operation.json["parameters"]?.elements ?? []
                let declared = parameters.filter { $0["in"] == "path" }.compactMap { $0["name"]?.stringValue }
                #expect(inPath == declared, comment)
                for parameter in parameters {
                    #expect(parameter["schema"] != nil && parameter["name"] != nil, comment)
                    #expect(parameter["in"] != "path" || parameter["required"] == true, comment)
                }
                for requirement in operation.json["security"]?.elements ?? [] {
                    #expect(requirement.members.allSatisfy { schemes.contains($0.name) }, comment)
                }
                let responses = operation.json["responses"]?.members ?? []
                #expect(responses.contains { $0.name == "200" }, comment)
                for response in responses {
                    #expect(Int(response.name).map { (200...599).contains($0) } == true, comment)
                    #expect(response.value["description"]?.stringValue?.isEmpty == false, comment)
                    #expect(response.value["content"]?.members.isEmpty == false, comment)
                }
                if operation.path.hasPrefix("/user/") {
                    #expect(responses.contains { $0.name == "401" } == (status == .http), comment)
                }
            }
            for value in document.descendants {
                guard let reference = value["$ref"]?.stringValue else { continue }
                #expect(reference.hasPrefix("#/") && document.value(at: reference.dropFirst(2)) != nil, "\(reference)")
            }
        }
    }

    @Test func `replies are as it says`() async throws {
        try await withDocument { document, backends, node in
            func check(_ method: String, _ path: String, _ reply: TestReply) throws {
                let pointer = "paths/\(path.replacing("/", with: "~1"))/\(method)/responses/\(reply.status)"
                let response = try #require(
                    document["paths"]?[path]?[method]?["responses"]?[String(reply.status)], "\(pointer)")
                let schema = try #require(response["content"]?["application/json"]?["schema"])
                let problems = SchemaCheck(document: document).problems(of: try reply.json(), by: schema)
                #expect(problems == [], "\(method) \(path): \(reply.text)")
            }
            let client = node.client
            try check("post", "/user/wechatlogin", try await node.logIn("x"))
            try check("post", "/user/wechatlogin", try await client.post("/user/wechatlogin", body: .json(["code": 1])))
            let login = try await node.logIn(try backends.code())
            try check("post", "/user/wechatlogin", login)
            let headers: HTTPHeaders = ["token": try login.token]
            try check("get", "/user/me", try await client.get("/user/me", headers: headers))
            try check("get", "/user/me", try await client.get("/user/me"))
            try check(
                "put", "/user/info",
                try await client.put("/user/info", headers: headers, body: .json(["nickname": "a"])))
            try check("put", "/user/info", try await client.put("/user/info", headers: headers, body: .text("{")))
            try check("get", "/user/sessions", try await client.get("/user/sessions", headers: headers))
            try check("delete", "/user/sessions", try await client.delete("/user/sessions", headers: headers))
            try check("delete", "/user/sessions/{id}", try await client.delete("/user/sessions/x", headers: headers))
            try check("get", "/checklogin", try await client.get("/checklogin?token=\(try login.token)"))
            try check("post", "/user/logout", try await client.post("/user/logout", headers: headers))
            for path in ["/healthz", "/readyz"] { try check("get", path, try await client.get(path)) }
            backends.redisServer.kill()
            try check("get", "/readyz", try await client.get("/readyz"))
            try backends.redisServer.start()
        }
    }
}
