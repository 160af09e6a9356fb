/// What a server replied to a fixture's command.
public indirect enum ServerReply: Sendable, Equatable {
    /// Text, or bytes taken for text.
    case text(String)
    /// A number.
    case number(Int)
    /// No value.
    case null
    /// An error, whole.
    case error(String)
    /// Values, in order.
    case list([ServerReply])

    /// The text; empty for anything else.
    public var string: String {
        if case .text(let text) = self { text } else { "" }
    }

    /// The elements; none for anything else.
    public var elements: [ServerReply] {
        if case .list(let elements) = self { elements } else { [] }
    }
}
