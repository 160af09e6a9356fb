import Foundation
import Synchronization

/// What tests leave behind for `Scripts/check-logs`: what nodes and other processes logged, and the secrets that were
/// used, none of which may be in it.
///
/// Without the environment variable `TEST_LOGS`, a folder, nothing is kept.
package enum LogEvidence {
    /// Keeps what was logged, whole lines.
    package static func keep(_ log: String) {
        logs?.append(log)
    }

    /// Names texts that no line of any log may hold; those too short to be told from other text are left out.
    package static func forbid(_ secrets: some Sequence<String>) {
        guard let file = Self.secrets else { return }
        for secret in secrets where secret.utf8.count >= 8 && !secret.contains(where: \.isNewline) {
            file.append(secret)
        }
    }

    /// Names a text that no line of any log may hold.
    package static func forbid(_ secret: String) {
        forbid(CollectionOfOne(secret))
    }

    private static let logs = EvidenceFile("log")
    private static let secrets = EvidenceFile("secrets")
}

/// A file of this process in the folder `TEST_LOGS`.
private final class EvidenceFile: Sendable {
    private let handle: Mutex<FileHandle>

    /// Nil where nothing is kept.
    init?(_ kind: String) {
        guard let folder = ProcessInfo.processInfo.environment["TEST_LOGS"], !folder.isEmpty else { return nil }
        let path = "\(folder)/\(ProcessInfo.processInfo.processIdentifier).\(kind)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        // A folder that cannot be written to must not look like logs without secrets.
        precondition(descriptor >= 0, "\(path) cannot be written")
        handle = Mutex(FileHandle(fileDescriptor: descriptor))
    }

    func append(_ text: String) {
        handle.withLock { $0.write(Data((text.hasSuffix("\n") ? text : text + "\n").utf8)) }
    }
}
