import Foundation
import Synchronization

/// What a server has printed, and whether it said that it is ready.
final class ReadyState: Sendable {
    /// What the process prints once it is ready.
    private let readyLine: String
    private let printed = Mutex("")
    private let isDone = DispatchSemaphore(value: 0)

    init(readyLine: String) {
        self.readyLine = readyLine
    }

    var text: String { printed.withLock(\.self) }

    var sawReadyLine: Bool { text.contains(readyLine) }

    func add(_ text: String) {
        let isReady = printed.withLock { printed in
            let wasReady = printed.contains(readyLine)
            // Enough to explain a failed start; a long run must not grow it.
            if printed.utf8.count < 65_536 { printed += text }
            return !wasReady && printed.contains(readyLine)
        }
        if isReady { isDone.signal() }
    }

    /// The process has closed its output.
    func ended() { isDone.signal() }

    /// Waits for readiness or the end of the process.
    func wait(seconds: Int) -> Bool {
        isDone.wait(timeout: .now() + .seconds(seconds)) == .success && sawReadyLine
    }
}
