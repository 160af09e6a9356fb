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
        var members = [
            JSONMember(
                "time", .string(Date.now.ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)))),
            JSONMember("level", .string(event.level.rawValue)),
            JSONMember("message", .string(event.message.description)),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            members.append(JSONMember(key, .string(value.description)))
        }
        let line = Array((JSONValue.object(members).text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
