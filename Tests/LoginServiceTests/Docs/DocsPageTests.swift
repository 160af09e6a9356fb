import Crypto
import Foundation
import KoaTesting
import NIOHTTP1
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct DocsPageTests {
    @Test func `the page is whole, and its policy lets nothing run but its own script`() async throws {
        try await withNode { _, node in
            let reply = try await node.client.get("/docs")
            #expect(reply.status == 200 && reply["Content-Type"] == "text/html; charset=utf-8")
            let policy = try #require(reply["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe"))
            for (tag, directive) in [("script", "script-src"), ("style", "style-src")] {
                let start = try #require(reply.text.firstRange(of: "<\(tag)>")?.upperBound)
                let end = try #require(reply.text.firstRange(of: "</\(tag)>")?.lowerBound)
                let digest = Data(SHA256.hash(data: Data(reply.text[start..<end].utf8))).base64EncodedString()
                #expect(policy.contains("\(directive) 'sha256-\(digest)'"), "\(policy)")
            }
            #expect(reply.text.matches(of: /<script/).count == 1 && reply.text.matches(of: /<style/).count == 1)
            for foreign in ["http://", "https://", "//cdn", "innerHTML", " style=", " onclick="] {
                #expect(!reply.text.contains(foreign), "\(foreign)")
            }
        }
    }

    @Test func `off leaves out the page and the document`() async throws {
        try await withNode([.docs: "off"]) { _, node in
            for path in ["/docs", "/openapi.json"] {
                let reply = try await node.client.get(path)
                #expect(reply.outcome == .failure(10_006, "not_found", status: 404))
            }
        }
    }
}
