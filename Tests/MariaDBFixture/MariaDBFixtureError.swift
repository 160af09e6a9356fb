/// Why no server could be had.
public struct MariaDBFixtureError: Error, CustomStringConvertible {
    /// The reason, with the last output of the program that failed.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
