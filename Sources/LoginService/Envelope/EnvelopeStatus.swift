/// Which HTTP status a business outcome has: the setting `ENVELOPE_STATUS`.
public enum EnvelopeStatus: String, Sendable, CaseIterable {
    /// 200 for every business outcome, as the clients of the older systems expect. The default.
    case seed
    /// The real status.
    case http
}
