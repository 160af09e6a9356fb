/// A name that nobody can guess and nobody else has: 128 random bits.
enum RandomName {
    /// Makes one, of 22 base64url characters.
    ///
    /// `UUID()` opens, reads and closes `/dev/urandom` for each.
    static func make() -> String {
        withUnsafeBytes(of: UInt128.random(in: .min ... .max)) { Base64URL.encode($0) }
    }
}
