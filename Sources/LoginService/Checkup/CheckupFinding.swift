/// What a checkup found out about one thing that a node needs.
public struct CheckupFinding: Hashable, Sendable {
    /// How it is.
    public enum Verdict: String, Sendable {
        /// As it should be.
        case ok
        /// A node can serve, and somebody should look at it.
        case warning
        /// A node cannot serve.
        case failed
    }

    /// What was looked at: `settings`, `redis`, `database`, `wechat` or `clock`.
    public let subject: String
    /// How it is.
    public let verdict: Verdict
    /// What was seen; one line without a secret.
    public let message: String
    /// What to do about it; nil where there is nothing to do.
    public let advice: String?

    init(_ subject: String, _ verdict: Verdict, _ message: String, advice: String? = nil) {
        self.subject = subject
        self.verdict = verdict
        self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        self.advice = advice
    }
}
