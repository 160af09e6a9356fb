import Synchronization

/// Notes whether a command of a task, or of its children, went to another node than the map of slots named first.
///
/// What such a command read must not be kept: the node that answered may not be the one whose changes are heard.
final class RedirectionWitness: Sendable {
    @TaskLocal static var current: RedirectionWitness?

    private let seen = Atomic<Bool>(false)

    var hasSeenRedirection: Bool { seen.load(ordering: .relaxed) }

    func note() { seen.store(true, ordering: .relaxed) }
}
