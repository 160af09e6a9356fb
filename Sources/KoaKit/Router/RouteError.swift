/// What is wrong with a route pattern, or why no URL can be made of it.
public struct RouteError: Error, Sendable, CustomStringConvertible {
    /// The kind of the error.
    public struct Code: Hashable, Sendable {
        private enum Base { case malformedPattern, unknownName, missingParameter }

        private let base: Base

        /// The pattern is outside the grammar of routes.
        public static let malformedPattern = Self(base: .malformedPattern)
        /// No route has this name.
        public static let unknownName = Self(base: .unknownName)
        /// The pattern needs a parameter that was not given, or was given empty.
        public static let missingParameter = Self(base: .missingParameter)
    }

    /// The kind of the error.
    public let code: Code
    /// Names the pattern or the route, and says what is wrong.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
