import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct PhoneTests {
    private func bind(_ node: TestNode, _ token: String, _ phone: JSONValue) async throws -> TestReply {
        try await node.client.post("/user/login", headers: ["token": token], body: .json(["phone": phone]))
    }

    @Test func `a phone that only its caller vouches for is refused, and the route that proves one is named`()
        async throws
    {
        try await withNode { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let reply = try await bind(node, token, "13012341236")
            #expect(reply.outcome == .failure(10_016, "forbidden", status: 200))
            #expect(reply.text.contains("POST /user/phone"))
            #expect(try await node.client.me(token).data?["phone"] == "")
        }
    }

    @Test func `where it is allowed the phone is bound to the caller, and to nobody else`() async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node async throws in
            let alice = try await node.logIn(try backends.code(for: "alice")).token
            let bob = try await node.logIn(try backends.code(for: "bob")).token
            #expect(try await bind(node, alice, "13012341236").text == #"{"code":0,"message":"OK"}"#)
            #expect(try await node.client.me(alice).data?["phone"] == "13012341236")
            #expect(try await bind(node, alice, "13012341236").outcome == .success)
            let taken = try await bind(node, bob, "13012341236")
            #expect(taken.outcome == .failure(10_002, "phone_taken", status: 200))
            #expect(try await node.client.me(bob).data?["phone"] == "")
            #expect(try await bind(node, "0123456789abcdef0123456789abcdef", "13012341236").outcome == .notLoggedIn)
        }
    }

    @Test(arguments: ["", "abc", "1234", "+", "1234567890123456", "13012341236 ", "１３０１２３４１２３６", "+86-130"])
    func `what is no phone number is refused by name`(_ phone: String) async throws {
        try await withNode([.phoneSelfAsserted: "true"]) { backends, node async throws in
            let token = try await node.logIn(try backends.code()).token
            let reply = try await bind(node, token, .string(phone))
            #expect(reply.outcome == .invalidParameter)
            #expect(reply.text.contains("phone must have"))
        }
    }
}
