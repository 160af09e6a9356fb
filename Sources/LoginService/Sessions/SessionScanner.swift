import NIOCore
import WeChatAPI

/// Reads the values that this service writes, as it writes them, in one pass and without a tree of JSON.
///
/// Every request with a token reads such a value. Whatever looks different, though it mean the same, is left to the
/// parser.
struct SessionScanner {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// The session; nil for a value that must be parsed.
    static func session(in buffer: ByteBuffer) -> Session? {
        buffer.withUnsafeReadableBytes { bytes in
            var scanner = SessionScanner(bytes: bytes)
            return scanner.session()
        }
    }

    private init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    private mutating func session() -> Session? {
        guard skip(#"{"openid":""#), let openID = plainText().flatMap({ OpenID(String(decoding: $0, as: UTF8.self)) }),
            skip(#"","userId":"#), let userID = number()
        else { return nil }
        var owner = SessionOwner(openID: openID, userID: userID)
        if skip("}") { return isAtEnd ? Session(owner: owner) : nil }
        if skip(#","appid":""#) {
            guard let appID = plainText(), skip("\"") else { return nil }
            owner.appID = String(decoding: appID, as: UTF8.self)
        }
        if skip(#","device":""#) { guard plainText() != nil, skip("\"") else { return nil } }
        guard skip(#","sid":""#), plainText() != nil, skip(#"","iat":"#), let createdAt = number(),
            skip(#","exp":"#), let expiresAt = number(), skip(#","seen":"#), let lastSeenAt = number(),
            skip(#","gen":"#), let generation = number(), skip("}"), isAtEnd
        else { return nil }
        let times = Session.Times(
            createdAt: createdAt, expiresAt: expiresAt, lastSeenAt: lastSeenAt, generation: generation)
        return Session(owner: owner, times: times)
    }

    private var isAtEnd: Bool { position == bytes.count }

    private mutating func skip(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count,
            (position..<end).allSatisfy({ bytes[$0] == text.utf8Start[$0 - position] })
        else { return false }
        position = end
        return true
    }

    /// Printable ASCII up to a quote; nil when the string holds anything else.
    private mutating func plainText() -> Slice<UnsafeRawBufferPointer>? {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard (0x20..<0x7F).contains(bytes[position]), bytes[position] != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        return position < bytes.count ? bytes[start..<position] : nil
    }

    /// Up to 18 digits that do not begin with a needless zero.
    private mutating func number() -> Int64? {
        let start = position
        var number: Int64 = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            guard position - start < 18 else { return nil }
            number = number * 10 + Int64(digit)
            position += 1
        }
        guard position > start, position == start + 1 || bytes[start] != UInt8(ascii: "0") else { return nil }
        return number
    }
}
