import InMemoryLogging
import Logging
import ProcessFixture

extension InMemoryLogHandler {
    /// What was logged, each entry as one line.
    var lines: [String] {
        entries.map { entry in
            let metadata = entry.metadata.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            return "\(entry.level) \(entry.message) \(metadata) \(entry.error.map { "\($0)" } ?? "")"
        }
    }

    /// Leaves it for the search for secrets.
    func keep() {
        LogEvidence.keep(lines.joined(separator: "\n"))
    }
}
