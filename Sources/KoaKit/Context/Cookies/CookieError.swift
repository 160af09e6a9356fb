/// Why a cookie cannot be set or read.
public struct CookieError: Error, Equatable {
    /// What is wrong with it.
    public struct Code: Hashable, Sendable {
        fileprivate enum Base { case name, value, path, domain, insecure, noKeys }

        fileprivate let base: Base

        /// The name is not a token.
        public static let invalidName = Code(base: .name)
        /// The value holds a control character, a semicolon, what is not ASCII, or begins or ends with a space.
        public static let invalidValue = Code(base: .value)
        /// The path does not begin with a slash or holds what a field may not.
        public static let invalidPath = Code(base: .path)
        /// The domain is not a host name.
        public static let invalidDomain = Code(base: .domain)
        /// `secure` was asked for on a request that is not.
        public static let insecureRequest = Code(base: .insecure)
        /// A signature was asked for and the application has no keys.
        public static let noKeys = Code(base: .noKeys)
    }

    /// What is wrong with it.
    public let code: Code

    /// Creates an error.
    public init(code: Code) { self.code = code }
}
