import Foundation
import ProcessFixture
import Synchronization

/// What a child process has printed so far, and who waits for a line of it.
final class ChildOutput: Sendable {
    private struct State {
        var text = ""
        var hasEnded = false
        var waiters: [(text: String, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state = Mutex(State())

    /// Everything printed so far.
    var text: String { state.withLock(\.text) }

    /// Reads a pipe to its end on a thread of its own.
    init(reading descriptor: Int32) {
        let pipe = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        Thread.detachNewThread { [self] in
            while case let bytes = pipe.availableData, !bytes.isEmpty { add(String(decoding: bytes, as: UTF8.self)) }
            end()
        }
    }

    /// Waits until a text was printed; false when the process ended without it.
    func contains(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.text.contains(text) { return true }
                if state.hasEnded { return false }
                state.waiters.append((text, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Waits until the process has closed its output, then returns all of it.
    func whole() async -> String {
        _ = await contains("\u{0}")
        return text
    }

    private func add(_ text: String) {
        let found = state.withLock { state in
            state.text += text
            let found = state.waiters.filter { state.text.contains($0.text) }
            state.waiters.removeAll { state.text.contains($0.text) }
            return found
        }
        for waiter in found { waiter.continuation.resume(returning: true) }
    }

    private func end() {
        LogEvidence.keep(text)
        let waiters = state.withLock { state in
            state.hasEnded = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(returning: false) }
    }
}
