extension StaticFiles {
    /// How ``StaticFiles`` serves.
    public struct Options: Sendable {
        /// The start of the paths it serves, on a segment's boundary, such as `/assets`; other paths pass on.
        ///
        /// Default: empty, which means all.
        public var prefix = ""
        /// What a folder answers with; nil for nothing.
        ///
        /// Default: `index.html`.
        public var index: String? = "index.html"
        /// How long a client may use its copy without asking, in whole seconds.
        ///
        /// Default: 0, which means that it asks each time, mostly to hear that nothing changed.
        public var maximumAge: Duration = .zero
        /// Whether a file never changes under its name, so that even a reload does not ask.
        ///
        /// Default: false.
        public var isImmutable = false
        /// Whether downstream goes first, and files are for what it left unanswered.
        ///
        /// Default: false.
        public var isDeferred = false
        /// Whether files and folders whose name starts with a dot are served.
        ///
        /// Default: false.
        public var servesDotfiles = false
        /// Whether `name.br` or `name.gz`, where it is, is sent for `name` to clients that take Brotli or gzip.
        ///
        /// Default: true.
        public var servesPrecompressed = true

        /// Creates the default options.
        public init() {}
    }
}
