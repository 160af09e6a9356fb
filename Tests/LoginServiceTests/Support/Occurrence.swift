import Synchronization

/// Something that has happened, or not yet.
final class Occurrence: Sendable {
    private let state = Atomic(false)

    var hasHappened: Bool { state.load(ordering: .relaxed) }

    func happen() {
        state.store(true, ordering: .relaxed)
    }
}
