import Glibc
import NIOCore

/// The file of a unix domain socket that this process listens on.
struct UnixSocketFile: Sendable {
    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Binds a socket to `path` in place of a stale file.
    ///
    /// Blocks for as long as the file system does.
    ///
    /// - Returns: The file and the bound descriptor, which belongs to the caller.
    /// - Throws: `IOError`, ``ListenError`` when somebody listens there or the path cannot be one.
    static func bind(
        _ path: String, permissions: UInt32, for address: ListenAddress
    ) throws -> (file: Self, descriptor: CInt) {
        try removeStale(path, address)
        let descriptor = try open()
        do {
            // Linux makes the file with the socket's own mode: there is no moment in which more is permitted.
            try check(fchmod(descriptor, permissions), "fchmod")
            try withAddress(of: path, address) { try check(Glibc.bind(descriptor, $0, $1), "bind") }
            // What the process's umask took away and the caller asked for.
            try check(chmod(path, permissions), "chmod")
            var status = stat()
            try check(lstat(path, &status), "lstat")
            return (Self(path: path, device: status.st_dev, inode: status.st_ino), descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Removes the file unless another has taken its place.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else { return }
        unlink(path)
    }

    private static func removeStale(_ path: String, _ address: ListenAddress) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw ListenError(.badPath, address) }
        let probe = try open()
        defer { Glibc.close(probe) }
        let isRefused = try withAddress(of: path, address) {
            Glibc.connect(probe, $0, $1) != 0 && errno == ECONNREFUSED
        }
        // Any other outcome, a full backlog included, means that somebody may be there.
        guard isRefused else { throw ListenError(.addressInUse, address) }
        unlink(path)
    }

    private static func open() throws -> CInt {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        try check(descriptor, "socket")
        return descriptor
    }

    private static func check(_ result: CInt, _ call: String) throws {
        guard result < 0 else { return }
        throw IOError(errnoCode: errno, reason: call)
    }

    private static func withAddress<Result>(
        of path: String, _ address: ListenAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) throws -> Result {
        var socketAddress = sockaddr_un()
        socketAddress.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // The last byte ends the path; an empty one, or a zero in it, would be a name that is no file.
        guard !bytes.isEmpty, bytes.count < MemoryLayout.size(ofValue: socketAddress.sun_path), !bytes.contains(0)
        else {
            throw ListenError(.badPath, address)
        }
        withUnsafeMutableBytes(of: &socketAddress.sun_path) { $0.copyBytes(from: bytes) }
        return try withUnsafePointer(to: &socketAddress) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
