package import Foundation

/// How a process ended.
package enum ProcessEnd: Equatable, Sendable {
    /// By itself, with this code.
    case exit(Int32)
    /// By this signal.
    case signal(Int32)

    /// Waits on a thread of its own until a child of this process is gone, and lets the system forget it.
    package static func of(_ child: pid_t) async -> ProcessEnd {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: wait(for: child)) }
        }
    }

    /// Blocks until a child of this process is gone, and lets the system forget it.
    ///
    /// A dead child that nobody has waited for keeps the exit tests of this process waiting for ever.
    package static func wait(for child: pid_t) -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    }
}
