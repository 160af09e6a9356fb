import Foundation
import Synchronization

/// What a server has printed, and whether it said that it is ready.
final class ServerOutput: Sendable {
    private let readyLine: String
    private let printed = Mutex("")
    private let isDecided = DispatchSemaphore(value: 0)
    private let isOver = DispatchSemaphore(value: 0)

    init(readyLine: String) {
        self.readyLine = readyLine
    }

    var text: String { printed.withLock(\.self) }

    /// Reads on a thread of its own to the end, as a server whose pipe is full would stop.
    func read(_ descriptor: Int32) {
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        Thread.detachNewThread { [self] in
            while case let bytes = handle.availableData, !bytes.isEmpty {
                add(String(decoding: bytes, as: UTF8.self))
            }
            isDecided.signal()
            isOver.signal()
        }
    }

    /// Blocks until nobody is left who could print: the server and all that it started are gone.
    func waitForEnd(within seconds: Int) {
        _ = isOver.wait(timeout: .now() + .seconds(seconds))
        isOver.signal()
    }

    private func add(_ text: String) {
        let isReady = printed.withLock { printed in
            let wasReady = printed.contains(readyLine)
            // Enough to explain a failed start; a long run must not grow it.
            if printed.utf8.count < 65_536 { printed += text }
            return !wasReady && printed.contains(readyLine)
        }
        if isReady { isDecided.signal() }
    }

    /// Blocks until the server is ready, or has ended, or the time is over.
    func isReady(within seconds: Int) -> Bool {
        isDecided.wait(timeout: .now() + .seconds(seconds)) == .success && text.contains(readyLine)
    }
}
