import KoaTesting
import NIOHTTP1
import Testing
import WeChatSandbox

@testable import LoginService

@Suite(.timeLimit(.minutes(2)))
struct BadBodyTests {
    static let modes = ["seed", "http"]
    private static let malformed = Outcome.failure(10_003, "malformed_body", status: 400)
    private static let json: HTTPHeaders = ["Content-Type": "application/json"]

    private static let bodies: [[UInt8]] =
        [
            "", "{", "abc", #"{"code":"abc""#, #"{"code":"abc"}}"#, #"{"code":"abc",}"#, "{'code':'abc'}", "code=abc",
            #"{"code":"abc"} x"#, #"{"code":"abc","code":"def"}"#, #"{"code":"abc","x":{"a":1,"a":1}}"#,
            #"{"code":"abc","x":\#(String(repeating: "[", count: 32))\#(String(repeating: "]", count: 32))}"#,
            #"{"code":"abc","x":01}"#, #"{"code":"\ud800"}"#, "{\"code\":\"a\tb\"}", "\u{FEFF}{}",
        ].map { Array($0.utf8) } + [
            Array(#"{"code":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8),
            Array(#"{"code":""#.utf8) + [0xFF] + Array(#""}"#.utf8),
            Array(#"{"code":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8),
            Array("{\"code\":\"abc\"}".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
        ]

    @Test(arguments: modes)
    func `a body that is not strict JSON in UTF-8 is a 400 in both modes`(_ mode: String) async throws {
        try await withNode([.envelopeStatus: mode]) { backends, node in
            for body in Self.bodies {
                let reply = try await node.client.post("/user/wechatlogin", headers: Self.json, body: .bytes(body))
                #expect(reply.outcome == Self.malformed, "\(String(decoding: body, as: UTF8.self))")
            }
            #expect(backends.sandbox.calls.isEmpty)
        }
    }

    @Test func `32 levels are not too deep`() async throws {
        try await withNode { backends, node in
            let nested = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
            let body = #"{"code":"\#(try backends.code())","x":\#(nested)}"#
            let reply = try await node.client.post("/user/wechatlogin", headers: Self.json, body: .text(body))
            #expect(reply.outcome == .success)
        }
    }

    @Test(arguments: modes, [true, false])
    func `more than 64 KiB is a 413 in both modes, announced or not`(_ mode: String, isChunked: Bool) async throws {
        try await withNode([.envelopeStatus: mode]) { backends, node in
            let body = #"{"code":"abc","x":"\#(String(repeating: "x", count: 70_000))"}"#
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.utf8.count)"
            let content = isChunked ? "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n" : body
            let connection = try await RawConnection.connect(port: node.port)
            try await connection.send(
                """
                POST /user/wechatlogin HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                \(framing)\r\n\r\n\(content)
                """)
            let reply = try await connection.readReply()
            #expect(reply.outcome == .failure(10_004, "payload_too_large", status: 413))
            #expect(backends.sandbox.calls.isEmpty)
            await connection.close()
        }
    }

    @Test func `64 KiB are not too much`() async throws {
        try await withNode { backends, node in
            let start = #"{"code":"\#(try backends.code())","x":""#
            let body = start + String(repeating: "x", count: 65_536 - start.utf8.count - 2) + #""}"#
            #expect(body.utf8.count == 65_536)
            let reply = try await node.client.post("/user/wechatlogin", headers: Self.json, body: .text(body))
            #expect(reply.outcome == .success)
        }
    }

    @Test(arguments: modes)
    func `a body that is not said to be JSON is a 415 in both modes`(_ mode: String) async throws {
        try await withNode([.envelopeStatus: mode]) { backends, node in
            let types = [
                nil, "", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", "*/*",
            ]
            for type in types {
                let headers: HTTPHeaders = type.map { ["Content-Type": $0] } ?? [:]
                let reply = try await node.client.post(
                    "/user/wechatlogin", headers: headers, body: .text(#"{"code":"abc"}"#))
                #expect(reply.outcome == .failure(10_005, "unsupported_media_type", status: 415), "\(type ?? "none")")
            }
            #expect(backends.sandbox.calls.isEmpty)
        }
    }

    @Test func `a body cut off by its sender leaves nothing behind`() async throws {
        try await withNode { backends, node in
            let connection = try await RawConnection.connect(port: node.port)
            try await connection.send(
                """
                POST /user/wechatlogin HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                Content-Length: 100\r\n\r\n{"code":"
                """)
            try await connection.finishSending()
            let bytes = try await connection.readToEnd()
            #expect(!String(decoding: bytes, as: UTF8.self).contains("token"))
            #expect(backends.sandbox.calls.isEmpty)
            #expect(try await node.logIn(try backends.code()).outcome == .success)
        }
    }

    @Test(arguments: ["BREW /user/me HTTP/1.1", "get /user/me HTTP/1.1", "GET /user/me HTTP/9.9"])
    func `what is not HTTP is a malformed request`(_ line: String) async throws {
        try await withNode { _, node in
            let connection = try await RawConnection.connect(port: node.port)
            try await connection.send("\(line)\r\nHost: a\r\n\r\n")
            #expect(try await connection.readReply().outcome == .failure(10_003, "malformed_body", status: 400))
        }
    }

    @Test func `a header block or a target over its limit is an answer in the envelope`() async throws {
        try await withNode { _, node in
            let long = String(repeating: "x", count: 20_000)
            let target = try await RawConnection.connect(port: node.port)
            try await target.send("GET /\(long.prefix(9_000)) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await target.readReply().outcome == .failure(10_004, "payload_too_large", status: 414))
            let header = try await RawConnection.connect(port: node.port)
            try await header.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: \(long)\r\n\r\n")
            #expect(try await header.readReply().outcome == .failure(10_004, "payload_too_large", status: 431))
            _ = try await header.readToEnd()
        }
    }
}
