/// Why a fixture is not there.
package struct FixtureError: Error, CustomStringConvertible {
    /// The reason, with the last output of the program that failed.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
