extension BodyParser {
    /// A kind of body.
    public enum Kind: Sendable {
        /// ``ParsedBody/json(_:)``.
        case json
        /// ``ParsedBody/form(_:)``.
        case form
        /// ``ParsedBody/text(_:)``.
        case text
        /// ``ParsedBody/multipart(_:)``.
        case multipart
    }

    /// What ``BodyParser`` parses.
    public struct Options: Sendable {
        /// The kinds of bodies that are parsed.
        ///
        /// Default: JSON and forms.
        public var kinds: Set<Kind> = [.json, .form]
        /// The methods whose bodies are parsed.
        ///
        /// Default: POST, PUT and PATCH.
        public var methods: Set<String> = ["POST", "PUT", "PATCH"]
        /// Media types that are JSON, other than `application/json`, `application/csp-report` and those in `+json`.
        ///
        /// Default: none. In lower case, without parameters.
        public var jsonTypes: Set<String> = []
        /// Whether JSON must be an object or an array.
        ///
        /// Default: true.
        public var isStrict = true
        /// How large JSON may be, in bytes.
        ///
        /// Default: 1 MiB.
        public var jsonLimit = 1_048_576
        /// How large a form may be, in bytes.
        ///
        /// Default: 56 KiB.
        public var formLimit = 57_344
        /// How large text may be, in bytes.
        ///
        /// Default: 1 MiB.
        public var textLimit = 1_048_576
        /// How much a multipart form may hold.
        ///
        /// Default: see ``MultipartOptions``.
        public var multipart = MultipartOptions()
        /// Hears of a body that cannot be read, in place of the error reply; then downstream runs.
        ///
        /// Default: none: the error is thrown. It may throw.
        public var onError: (@Sendable (any Error, Context) throws -> Void)?

        /// Creates the default options.
        public init() {}
    }
}
