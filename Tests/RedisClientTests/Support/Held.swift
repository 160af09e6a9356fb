import Synchronization

/// Echoes, but keeps back what follows the second command until the sixth.
final class Held: Sendable {
    private let state = Mutex<(count: Int, kept: [String])>((0, []))

    func answer(_ words: [String]) -> [ScriptedServer.Action] {
        state.withLock { state in
            state.count += 1
            let reply = "+\(words.last ?? "")\r\n"
            guard state.count < 3 || state.count > 5 else {
                state.kept.append(reply)
                return []
            }
            let replies = state.kept + [reply]
            state.kept = []
            return replies.map { .send($0) }
        }
    }
}
