/// Why the sandbox did not do what it was told.
public struct SandboxError: Error, CustomStringConvertible {
    /// What was wrong; more may come.
    public struct Code: Hashable, Sendable {
        private let base: Base

        private enum Base: Hashable, Sendable {
            case unknownApp, appNeeded, invalidUser, invalidPhone, invalidData, outOfRange, tooManyFaults
        }

        /// The sandbox has no app of this AppID.
        public static let unknownApp = Self(base: .unknownApp)
        /// The sandbox has several apps, and none was named.
        public static let appNeeded = Self(base: .appNeeded)
        /// A user's name is empty, too long, or holds a zero byte.
        public static let invalidUser = Self(base: .invalidUser)
        /// A phone number or its country's code is not made of digits, or is too long.
        public static let invalidPhone = Self(base: .invalidPhone)
        /// A value does not have the form that it must have.
        public static let invalidData = Self(base: .invalidData)
        /// A number or a duration is outside its range.
        public static let outOfRange = Self(base: .outOfRange)
        /// Too many faults wait for calls already.
        public static let tooManyFaults = Self(base: .tooManyFaults)
    }

    /// What was wrong.
    public let code: Code
    /// The same for a person, naming the field of the control plane.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
