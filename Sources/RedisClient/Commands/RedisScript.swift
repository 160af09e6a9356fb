import Crypto

/// A Lua script and its SHA-1, computed once.
public struct RedisScript: Sendable, Hashable {
    /// The text of the script.
    public let source: String
    /// The SHA-1 of the text in lowercase hexadecimal, the name by which servers remember scripts.
    public let digest: String

    /// Makes a script.
    ///
    /// - Parameter source: Lua, as Redis runs it.
    public init(_ source: String) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = Insecure.SHA1.hash(data: Array(source.utf8)).flatMap { byte in
            [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        digest = String(decoding: hexadecimal, as: UTF8.self)
    }
}
