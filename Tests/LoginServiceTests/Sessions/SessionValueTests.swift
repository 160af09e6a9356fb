import KoaKit
import NIOCore
import Testing
import WeChatAPI

@testable import LoginService

struct SessionValueTests {
    private static let tail = #","iat":1700000000000,"exp":1700000600000,"seen":1700000000001,"gen":1700000000000123}"#

    @Test(arguments: [nil, "iPhone 15", "小明的手机", #"a "quoted" \ label"#, "🛰️"])
    func `a value that the service writes is read the same by scanner and parser`(_ label: String?) throws {
        let device = label.flatMap { DeviceLabel($0) }
        let head = Session.head(owner: SessionNode.alice, device: device, identifier: "x-_1")
        let json = ByteBuffer(string: head + Self.tail)
        let session = try #require(Session(json: json))
        #expect(session.owner == SessionNode.alice)
        #expect(
            session.times
                == Session.Times(
                    createdAt: 1_700_000_000_000, expiresAt: 1_700_000_600_000, lastSeenAt: 1_700_000_000_001,
                    generation: 1_700_000_000_000_123))
        let value = try JSONValue(parsing: json)
        #expect(Session(value) == session)
        #expect(value["device"]?.stringValue == label)
        if let device { #expect(head.contains(Session.member(device)) == true) }
        let isPlain = label?.utf8.allSatisfy { $0 < 0x7F && $0 != UInt8(ascii: "\\") } ?? true
        #expect((SessionScanner.session(in: json) != nil) == isPlain)
    }

    @Test func `a value names its mini program unless it is the default one`() throws {
        var owner = SessionNode.alice
        #expect(!Session.head(owner: owner, device: nil, identifier: "x").contains("appid"))
        owner.appID = "wx2"
        let head = Session.head(owner: owner, device: DeviceLabel("d"), identifier: "x")
        let json = ByteBuffer(string: head + Self.tail)
        let session = try #require(SessionScanner.session(in: json))
        #expect(session.owner == owner)
        #expect(Session(try JSONValue(parsing: json)) == session)
    }

    @Test func `a value of an older version is a session without times`() throws {
        let session = try #require(Session(json: ByteBuffer(string: #"{"openid":"o-alice","userId":42}"#)))
        #expect(session == Session(owner: SessionNode.alice))
    }

    @Test(arguments: ["9223372036854775807", "-1", "1000000000000000000"])
    func `times that no clock shows are none`(_ seen: String) throws {
        let head = Session.head(owner: SessionNode.alice, device: nil, identifier: "x")
        let tail = Self.tail.replacing("1700000000001", with: seen)
        #expect(try #require(Session(json: ByteBuffer(string: head + tail))).times == nil)
    }

    @Test func `what the scanner takes, the parser takes for the same, whatever is changed`() {
        var generator = SystemRandomNumberGenerator()
        var owner = SessionNode.alice
        owner.appID = "wx2"
        let original = Array(
            (Session.head(owner: owner, device: DeviceLabel("d"), identifier: "x") + Self.tail).utf8)
        let bytes = Array(#"{}[]",:0123456789\ue-+.tfn "#.utf8) + [0x00, 0x7F, 0x80, 0xFF]
        for _ in 0..<20_000 {
            var changed = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let position = Int.random(in: changed.indices, using: &generator)
                let byte = bytes[Int.random(in: bytes.indices, using: &generator)]
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: changed[position] = byte
                case 1: changed.insert(byte, at: position)
                default: changed.remove(at: position)
                }
            }
            let json = ByteBuffer(bytes: changed)
            guard let scanned = SessionScanner.session(in: json) else { continue }
            let parsed = (try? JSONValue(parsing: json)).flatMap { Session($0) }
            #expect(parsed == scanned, "\(String(decoding: changed, as: UTF8.self))")
        }
    }

    @Test(arguments: ["", " ", "\u{0}", "a\nb", "\u{202E}\u{0}", String(repeating: "x", count: 65)])
    func `a device has a printable label of 64 characters at most`(_ text: String) {
        #expect(DeviceLabel(text) == nil)
    }
}
