import NIOCore
import Synchronization

/// Passes buffers from many tasks to one, none ahead of the other.
final class Handoff: Sendable {
    private struct State {
        var isClosed = false
        var givers: [(buffer: ByteBuffer, continuation: CheckedContinuation<Void, any Error>)] = []
        var taker: CheckedContinuation<ByteBuffer?, Never>?
    }

    private let state = Mutex(State())

    /// Waits until the buffer is taken.
    ///
    /// - Throws: `CancellationError` when it never will be.
    func give(_ buffer: ByteBuffer) async throws {
        try await withCheckedThrowingContinuation { continuation in
            let (taker, isClosed) = state.withLock { state in
                if !state.isClosed, state.taker == nil { state.givers.append((buffer, continuation)) }
                return (state.taker.take(), state.isClosed)
            }
            if isClosed {
                continuation.resume(throwing: CancellationError())
            } else if let taker {
                taker.resume(returning: buffer)
                continuation.resume()
            }
        }
    }

    /// Waits for a buffer; nil when it was closed, or the task was cancelled.
    func take() async -> ByteBuffer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (giver, isClosed) = state.withLock { state in
                    let giver = state.givers.isEmpty ? nil : state.givers.removeFirst()
                    if giver == nil, !state.isClosed { state.taker = continuation }
                    return (giver, state.isClosed)
                }
                if let giver {
                    giver.continuation.resume()
                    continuation.resume(returning: giver.buffer)
                } else if isClosed {
                    continuation.resume(returning: nil)
                }
            }
        } onCancel: {
            close()
        }
    }

    /// Ends it: who gives fails, who takes gets nil.
    func close() {
        let (givers, taker) = state.withLock { state in
            state.isClosed = true
            defer { state.givers = [] }
            return (state.givers, state.taker.take())
        }
        for giver in givers { giver.continuation.resume(throwing: CancellationError()) }
        taker?.resume(returning: nil)
    }
}
