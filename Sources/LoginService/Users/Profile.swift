/// The limits of what a user may write into the profile: typed input, shown to others, never an identity.
enum Profile {
    /// In characters as people count them, and in bytes, since a character may be long.
    static let nicknameCharacters = 64
    static let nicknameBytes = 512
    static let avatarURLBytes = 1_024

    /// Checks a change.
    ///
    /// - Throws: ``Failure`` 10002 that names the field.
    static func check(_ change: ProfileChange) throws(Failure) {
        if let nickname = change.nickname {
            guard (1...nicknameCharacters).contains(nickname.count), nickname.utf8.count <= nicknameBytes else {
                throw .invalidParameter("nickname must have 1 to \(nicknameCharacters) characters")
            }
            guard isPrintable(nickname), isVisible(nickname) else {
                throw .invalidParameter("nickname must be printable text without control characters")
            }
        }
        if let avatarURL = change.avatarURL {
            guard avatarURL.utf8.count <= avatarURLBytes else {
                throw .invalidParameter("avatarUrl must have at most \(avatarURLBytes) bytes")
            }
            guard avatarURL.hasPrefix("https://") || avatarURL.hasPrefix("http://") || avatarURL.hasPrefix("wxfile://"),
                avatarURL.utf8.allSatisfy({
                    $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "\"")
                })
            else {
                throw .invalidParameter("avatarUrl must be a percent-encoded URL: https, http or wxfile")
            }
        }
    }

    /// Whether there is anything to be seen of a text: more than space, and than what has no width and no form.
    static func isVisible(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether a text holds no control character, and none that turns the direction of what is written after it.
    static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case ..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: false
            default: true
            }
        }
    }
}
