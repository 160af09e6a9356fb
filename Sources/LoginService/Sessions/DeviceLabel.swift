/// What a client calls the device that it logs in from: one to sixty-four printable characters.
///
/// A user's sessions are told apart by it in their list, and a login replaces the session of the same device.
struct DeviceLabel: Sendable, Hashable {
    static let maximumCharacters = 64
    static let maximumBytes = 256

    let rawValue: String

    init?(_ text: String) {
        guard (1...Self.maximumCharacters).contains(text.count), text.utf8.count <= Self.maximumBytes,
            Profile.isPrintable(text), Profile.isVisible(text)
        else { return nil }
        rawValue = text
    }
}
