import Synchronization

/// Collects what happened, in order, from any task.
final class Trace: Sendable {
    private let entries = Mutex<[String]>([])

    func add(_ entry: String) { entries.withLock { $0.append(entry) } }

    var all: [String] { entries.withLock { $0 } }

    var count: Int { entries.withLock { $0.count } }
}
