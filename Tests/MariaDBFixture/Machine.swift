import Foundation
import Synchronization

/// A TCP port that nobody listens on now.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
        }
    }
    guard code else { throw MariaDBFixtureError("no port is free") }
    return Int(UInt16(bigEndian: address.sin_port))
}

private let directories = Mutex<[URL]>([])

/// Removes a directory when this process exits normally.
func removeAtExit(_ directory: URL) {
    let isFirst = directories.withLock { directories in
        directories.append(directory)
        return directories.count == 1
    }
    guard isFirst else { return }
    atexit {
        for directory in directories.withLock({ $0 }) { try? FileManager.default.removeItem(at: directory) }
    }
}

/// Runs blocking work away from the threads that run tests.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
