/// How log lines look: the setting `LOG_FORMAT`.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people.
    case text
    /// For collectors: one JSON object a line.
    case json
}
