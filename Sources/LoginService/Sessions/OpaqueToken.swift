import Crypto

/// A token in the `opaque` style: 24 random bytes, and the user's number under a mask.
///
/// The mask is the beginning of a keyed hash of the random bytes, so that a node can tell from a token in which group
/// of keys its session is, and nobody else can tell whose it is or that two tokens are one person's.
struct OpaqueToken: Hashable, Sendable {
    /// What stands before the 43 characters.
    static let prefix = "token_"
    /// Numbers of users: those that JavaScript keeps exactly.
    ///
    /// A token that is opened with a key that did not make it yields any 64 bits, and all but one in 2,048 are told by
    /// this, without asking Redis.
    private static let userIDs: Range<UInt64> = 0..<(1 << 53)

    private let random: (UInt64, UInt64, UInt64)
    private let maskedUserID: UInt64

    /// What the holder of a secret key learns from a token.
    struct Opened {
        let userID: Int64
        /// The rest of the keyed hash, 160 bits: where the session is among those of the user, and no way back to the
        /// token.
        let reference: String
    }

    /// Makes the token of a login.
    ///
    /// - Parameters:
    ///   - entropy: 24 bytes or more, random or a secret's digest.
    ///   - userID: Whose it is.
    ///   - key: The key that writes.
    init(entropy: some Sequence<UInt8>, userID: Int64, key: SecretKey) {
        var words: [UInt64] = [0, 0, 0]
        for (index, byte) in entropy.prefix(24).enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
        random = (words[0], words[1], words[2])
        maskedUserID = UInt64(bitPattern: userID) ^ Self.mask(Self.code(of: random, key))
    }

    /// Takes what a client sent: `token_` and 43 base64url characters; nil for anything else, so that Redis is not
    /// asked.
    init?(_ text: String) {
        guard text.utf8.count == Self.prefix.utf8.count + 43, text.hasPrefix(Self.prefix) else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var (bits, width, count) = (UInt32(0), 0, 0)
        for character in text.utf8.dropFirst(Self.prefix.utf8.count) {
            guard let value = Base64URL.value(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            width += 6
            guard width >= 8 else { continue }
            width -= 8
            let byte = UInt64(truncatingIfNeeded: bits >> UInt32(width) & 0xFF)
            switch count / 8 {
            case 0: words.0 = words.0 << 8 | byte
            case 1: words.1 = words.1 << 8 | byte
            case 2: words.2 = words.2 << 8 | byte
            default: words.3 = words.3 << 8 | byte
            }
            count += 1
        }
        // Two bits are left; with any but zeros a token would have four spellings.
        guard bits & 3 == 0 else { return nil }
        random = (words.0, words.1, words.2)
        maskedUserID = words.3
    }

    /// As clients hold it.
    var text: String {
        Self.prefix + Base64URL.encode(Self.bytes(of: random) + Self.bytes(of: maskedUserID))
    }

    /// Takes the mask off; nil when another key made the token, which may go unnoticed once in 2,048 times.
    func opened(with key: SecretKey) -> Opened? {
        let code = Self.code(of: random, key)
        let userID = maskedUserID ^ Self.mask(code)
        guard Self.userIDs.contains(userID) else { return nil }
        let reference = code.withUnsafeBytes { Base64URL.encode($0[8..<28]) }
        return Opened(userID: Int64(userID), reference: reference)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.random == right.random && left.maskedUserID == right.maskedUserID
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(random.0)
        hasher.combine(random.1)
        hasher.combine(random.2)
        hasher.combine(maskedUserID)
    }

    /// One keyed hash gives both the mask and the reference: its parts tell nothing of each other.
    private static func code(of random: (UInt64, UInt64, UInt64), _ key: SecretKey) -> HMAC<SHA256>.MAC {
        key.code(of: Array("session:".utf8) + bytes(of: random))
    }

    private static func mask(_ code: HMAC<SHA256>.MAC) -> UInt64 {
        code.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }

    private static func bytes(of words: (UInt64, UInt64, UInt64)) -> [UInt8] {
        bytes(of: words.0) + bytes(of: words.1) + bytes(of: words.2)
    }

    private static func bytes(of word: UInt64) -> [UInt8] {
        withUnsafeBytes(of: word.bigEndian) { Array($0) }
    }
}
