import FoundationEssentials
import Glibc
import KoaKit
import Logging

/// Writes each log line as one JSON object to standard error, in one write, so that lines of threads do not mix.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = Array((line(of: event, at: .now) + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    /// The line, without its end: time in UTC as RFC 3339 has it, level and message, then the metadata by name.
    func line(of event: LogEvent, at time: Date) -> String {
        var members = [
            JSONMember("time", .string(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))),
            JSONMember("level", .string(event.level.rawValue)),
            JSONMember("message", .string(event.message.description)),
        ]
        let own = event.metadata ?? [:]
        // Gathered without a dictionary of both: an audit line is written for every login.
        let all = Array(own) + metadata.lazy.filter { own[$0.key] == nil }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            // A repeated name would make the line invalid to a strict reader.
            let name = members.prefix(3).contains { $0.name == key } ? "metadata.\(key)" : key
            members.append(JSONMember(name, .string(value.description)))
        }
        return JSONValue.object(members).text
    }
}
