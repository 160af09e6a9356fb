extension Compression {
    /// What ``Compression`` compresses, and how well.
    public struct Options: Sendable {
        /// How long a content is at least, in bytes.
        ///
        /// Default: 1,024. One of unknown length is compressed.
        public var threshold = 1_024
        /// From 1 (fastest) to 9 (smallest).
        ///
        /// Default: 6.
        public var level = 6
        /// Whether a media type, in lower case and without parameters, is worth it.
        ///
        /// Default: ``Compression/isCompressible(_:)``.
        public var isCompressible: @Sendable (String) -> Bool = Compression.isCompressible

        /// Creates the default options.
        public init() {}
    }
}
