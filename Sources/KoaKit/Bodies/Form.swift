/// The fields of a form, in the order in which they were sent.
///
/// A form is flat: brackets and dots in a name are part of the name.
///
/// ```swift
/// let form = try await ctx.request.form()
/// let name = form["name"]
/// let tags = form.all("tag")
/// ```
public struct Form: Sendable, Hashable {
    /// A field of a form.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String

        /// Creates a field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    static let mediaType = "application/x-www-form-urlencoded"

    /// All fields, repeated ones too.
    public var fields: [Field]

    /// Creates a form.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the first field of this name, nil when there is none.
    public subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// The values of all fields of this name.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }
}
