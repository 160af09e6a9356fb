/// What a node measures: the setting `METRICS`.
public enum MetricsDetail: String, Sendable, CaseIterable {
    /// Requests, logins, SQL statements and the near cache. The default.
    case basic
    /// Redis commands and connections too.
    case full
}
