import Crypto
import CryptoExtras
import Foundation
import Testing
import WeChatAPI

struct PushCredentialsTests {
    private static let token = "pushToken123"
    private static let encodingAESKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
    private static let appID = "wx4f4bc4dec97d474b"
    private static let time = "1700000000"
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)
    private static let event =
        #"{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1700000000,"MsgType":"event","#
        + #""Event":"user_authorization_cancellation","OpenID":"oAlice","AppID":"\#(appID)"}"#

    private func sign(_ parts: String...) -> String {
        let text = (parts + [Self.token]).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.joined()
        return Insecure.SHA1.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    private func query(time: String = Self.time, nonce: String = "n0", message: String? = nil) -> PushQuery {
        PushQuery(
            signature: sign(time, nonce), timestamp: time, nonce: nonce,
            messageSignature: message.map { sign(time, nonce, $0) })
    }

    private func credentials(isSealed: Bool = false) throws -> PushCredentials {
        try #require(PushCredentials(token: Self.token, encodingAESKey: isSealed ? Self.encodingAESKey : nil))
    }

    private func seal(_ message: String, appID: String = Self.appID, padding: UInt8? = nil) throws -> String {
        let key = try #require(Data(base64Encoded: Self.encodingAESKey + "="))
        let count = UInt32(message.utf8.count)
        var content = Data((0..<16).map { UInt8($0) }) + withUnsafeBytes(of: count.bigEndian) { Data($0) }
        content += Data(message.utf8) + Data(appID.utf8)
        let length = 32 - content.count % 32
        content += Data(repeating: padding ?? UInt8(length), count: length)
        return try AES._CBC.encrypt(
            content, using: SymmetricKey(data: key), iv: .init(ivBytes: key.prefix(16)), noPadding: true
        ).base64EncodedString()
    }

    @Test func `WeChat's published example of a verification is one`() throws {
        let credentials = try #require(PushCredentials(token: "AAAAA"))
        let query = PushQuery(
            signature: "f464b24fc39322e44b38aa78f5edd27bd1441696", timestamp: "1714036504", nonce: "1514711492")
        #expect(credentials.isVerification(query))
    }

    @Test func `WeChat's published example of an encrypted message opens`() throws {
        let credentials = try #require(
            PushCredentials(token: "AAAAA", encodingAESKey: String(repeating: "A", count: 43)))
        let sealed =
            "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6J"
            + "sXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8"
            + "EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
        let query = PushQuery(
            signature: nil, timestamp: "1714112445", nonce: "415670741",
            messageSignature: "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3")
        let message = try credentials.message(
            in: Array(#"{"ToUserName":"gh_97417a04a28d","Encrypt":"\#(sealed)"}"#.utf8), query: query,
            at: Date(timeIntervalSince1970: 1_714_112_445))
        #expect(message.event == .other)
        #expect(message.openID?.rawValue == "o9AgO5Kd5ggOC-bXrbNODIiE3bGY")
        #expect(message.appID == "wxba5fad812f8e6fb9")
    }

    @Test func `a verification is known by its signature alone`() throws {
        let credentials = try credentials()
        let good = query()
        #expect(credentials.isVerification(good))
        let signature = try #require(good.signature)
        for position in signature.indices {
            var altered = good
            altered.signature?.replaceSubrange(position...position, with: signature[position] == "0" ? "1" : "0")
            #expect(!credentials.isVerification(altered))
        }
        for other in [nil, "", "zz", String(signature.dropLast(2)), signature + "00"] {
            var altered = good
            altered.signature = other
            #expect(!credentials.isVerification(altered))
        }
        var altered = good
        altered.nonce = "n1"
        #expect(!credentials.isVerification(altered))
    }

    @Test(arguments: [
        event,
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
            + "<CreateTime>1700000000</CreateTime><MsgType><![CDATA[event]]></MsgType>\n"
            + "<Event><![CDATA[user_authorization_cancellation]]></Event><OpenID>oAlice</OpenID>"
            + "<List><item><a>1</a></item><item><a>2</a></item></List><AppID><![CDATA[\(appID)]]></AppID></xml>\n",
        #"<?xml version="1.0"?> <xml><Event>user_authorization_cancellation</Event><OpenID>oAlice</OpenID>"#
            + "<AppID>\(appID)</AppID><More>&lt;a&gt; &amp;amp; b</More></xml>",
    ])
    func `a plain message is read as JSON or as XML`(body: String) throws {
        let message = try credentials().message(in: Array(body.utf8), query: query(), at: Self.now)
        #expect(message.event == .authorizationCancelled)
        #expect(message.openID?.rawValue == "oAlice")
        #expect(message.appID == Self.appID)
    }

    @Test(arguments: [("6", [6]), ("8", [8]), ("6,19,20", [6, 19, 20]), ("301", []), ("", []), ("[8, 13]", [8])])
    func `what was taken back is known by its numbers`(text: String, numbers: [Int]) throws {
        let body = #"{"Event":"user_authorization_revoke","OpenID":"oAlice","RevokeInfo":"\#(text)"}"#
        let message = try credentials().message(in: Array(body.utf8), query: query(), at: Self.now)
        let expected = numbers.compactMap(PushMessage.RevokedData.init(rawValue:))
        #expect(message.event == .authorizationRevoked(Set(expected)))
        #expect(message.appID == nil)
    }

    @Test func `a message is good for five minutes on both sides of now`() throws {
        let body = Array(Self.event.utf8)
        for age in [-300.0, 0, 300] {
            _ = try credentials().message(in: body, query: query(), at: Self.now + age)
        }
        for age in [-301.0, 301, 86_400] {
            #expect(throws: PushError.unproven) {
                try credentials().message(in: body, query: query(), at: Self.now + age)
            }
        }
        for time in ["", "soon", "99999999999999999999"] {
            #expect(throws: PushError.unproven) {
                try credentials().message(in: body, query: query(time: time), at: Self.now)
            }
        }
    }

    @Test(arguments: [
        "", "{}x", "[]", "null", "<xml>", "<xml></xml><xml></xml>", "<xml><Event>a</Event", "<xml><a>1</b></xml>",
        #"{"Event":"user_authorization_cancellation"}"#, "<xml><Event>user_authorization_revoke</Event></xml>",
        #"{"Event":"user_authorization_cancellation","OpenID":"o 1"}"#,
        #"{"Event":"other","Event":"user_authorization_cancellation","OpenID":"o1"}"#,
        "<xml><OpenID>a</OpenID><OpenID>b</OpenID><Event>user_info_modified</Event></xml>",
        #"<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><OpenID>&a;</OpenID></xml>"#,
        "<xml><OpenID>&a;</OpenID></xml>", #"<xml><OpenID a="1">o</OpenID></xml>"#, "<xml><!-- --></xml>",
        String(repeating: "<a>", count: 20_000), "\u{0}",
    ])
    func `what is no message is malformed, though it be signed`(body: String) throws {
        #expect(throws: PushError.malformed) {
            try credentials().message(in: Array(body.utf8), query: query(), at: Self.now)
        }
    }

    @Test func `any other event is a message of no meaning here`() throws {
        let body = #"{"MsgType":"text","Content":"hello","MsgId":64}"#
        #expect(try credentials().message(in: Array(body.utf8), query: query(), at: Self.now).event == .other)
    }

    @Test(arguments: [false, true])
    func `an encrypted message opens, in JSON and in XML`(isXML: Bool) throws {
        let sealed = try seal(Self.event)
        let body =
            isXML
            ? "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[\(sealed)]]></Encrypt></xml>"
            : #"{"ToUserName":"gh_1","Encrypt":"\#(sealed)"}"#
        let message = try credentials(isSealed: true).message(
            in: Array(body.utf8), query: query(message: sealed), at: Self.now)
        #expect(message.event == .authorizationCancelled)
        #expect(message.appID == Self.appID)
    }

    @Test func `where messages are encrypted nothing else proves anything`() throws {
        let credentials = try credentials(isSealed: true)
        func expectUnproven(_ sealed: String?, signing signed: String?, _ comment: Comment) {
            let body = sealed.map { #"{"Encrypt":"\#($0)"}"# } ?? Self.event
            #expect(throws: PushError.unproven, comment) {
                try credentials.message(in: Array(body.utf8), query: query(message: signed), at: Self.now)
            }
        }
        let sealed = try seal(Self.event)
        expectUnproven(nil, signing: nil, "a plain message")
        expectUnproven(nil, signing: "", "a plain message with a signature")
        expectUnproven(sealed, signing: nil, "without a signature")
        expectUnproven(sealed, signing: sealed + "A", "another signature")
        for other in ["", "AAAA", "*", String(sealed.dropLast(24)), try seal(Self.event, padding: 33)] {
            expectUnproven(other, signing: other, "not what WeChat encrypts")
        }
        let foreign = try seal(Self.event, appID: "wx0000000000000000")
        expectUnproven(foreign, signing: foreign, "for another mini program than its message says")
    }

    @Test(arguments: ["", "ab", "a-b", String(repeating: "a", count: 33), "令牌令牌"])
    func `a token has 3 to 32 letters and digits`(token: String) {
        #expect(PushCredentials(token: token) == nil)
    }

    @Test(arguments: [
        "", "short", String(encodingAESKey.dropLast()), encodingAESKey + "A", encodingAESKey.replacing("j", with: "-"),
    ])
    func `a key has 43 letters and digits`(key: String) {
        #expect(PushCredentials(token: Self.token, encodingAESKey: key) == nil)
    }

    @Test func `credentials show nothing`() throws {
        let credentials = try credentials(isSealed: true)
        var texts = ["\(credentials)", String(reflecting: credentials), ""]
        dump(credentials, to: &texts[2])
        for text in texts { #expect(!text.contains(Self.token) && !text.contains(Self.encodingAESKey)) }
    }
}
