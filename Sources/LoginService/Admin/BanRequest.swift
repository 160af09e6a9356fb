import FoundationEssentials

/// How long a ban is asked to last, and why.
struct BanRequest: Decodable, Sendable {
    /// A time as RFC 3339 has it, or `forever`.
    var until: String?
    /// A number with `s`, `m`, `h` or `d`.
    var duration: String?
    /// For the audit log.
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case until
        case duration = "for"
        case reason
    }

    /// When it ends.
    ///
    /// - Throws: ``Failure`` 10002 that names the field.
    func end(from now: Date = .now) throws(Failure) -> Date {
        switch (until, duration) {
        case (nil, nil): throw .invalidParameter("until or for is missing")
        case (.some, .some): throw .invalidParameter("until and for exclude each other")
        case ("forever", nil): return .distantFuture
        case (let until?, nil):
            guard let end = Date(rfc3339: until) else {
                throw .invalidParameter("until must be a time such as 2026-12-01T00:00:00Z, or forever")
            }
            return end
        case (nil, let text?):
            guard let duration = Duration(setting: text), duration > .zero else {
                throw .invalidParameter("for must be a number with s, m, h or d, such as 7d")
            }
            return now + TimeInterval(duration.components.seconds)
        }
    }

    /// The reason, which goes into the log.
    ///
    /// - Throws: ``Failure`` 10002.
    func checkedReason() throws(Failure) -> String? {
        guard let reason, !reason.isEmpty else { return nil }
        guard reason.count <= 200, reason.utf8.count <= 800, Profile.isPrintable(reason) else {
            throw .invalidParameter("reason must have at most 200 printable characters")
        }
        return reason
    }
}

extension Date {
    /// Reads a time as RFC 3339 has it: with seconds and a zone, with a fraction or not.
    init?(rfc3339 text: String) {
        let style = Date.ISO8601FormatStyle(timeZoneSeparator: .colon)
        guard
            let date = (try? Date(text, strategy: style))
                ?? (try? Date(
                    text, strategy: Date.ISO8601FormatStyle(timeZoneSeparator: .colon, includingFractionalSeconds: true)
                ))
        else { return nil }
        self = date
    }
}
