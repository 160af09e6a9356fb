/// A setting that is missing or unusable: one line that names it and says what would do.
public struct ConfigurationError: Error, CustomStringConvertible {
    /// For the operator; holds no secret.
    public let description: String

    init(_ setting: Setting, _ problem: String) {
        self.init("\(setting.rawValue): \(problem)")
    }

    init(_ description: String) {
        // What is quoted may hold line ends, and the promise is one line.
        self.description = description.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
