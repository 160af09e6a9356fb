import Glibc
import NIOCore

/// A file that is open; closed when nothing refers to it any more.
///
/// Its methods block: they are for ``FileThreads``.
///
/// NIO's file system closes its handles by cancellable calls, so that a request that was cancelled would lose them.
final class OpenFile: Sendable {
    private let descriptor: CInt

    /// Opens a file to read it.
    ///
    /// - Throws: ``SystemCallError``.
    init(reading path: String) throws(SystemCallError) {
        // Opening a pipe without O_NONBLOCK waits for a writer.
        descriptor = try SystemCallError.check("open") { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY) }
    }

    /// Creates a file to write to, which only this user can read.
    ///
    /// - Throws: ``SystemCallError``, also when there is a file of this name.
    init(creating path: String) throws(SystemCallError) {
        descriptor = try SystemCallError.check("open") {
            open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)
        }
    }

    deinit {
        let descriptor = descriptor
        FileThreads.runLater { close(descriptor) }
    }

    /// What the file system says of the file.
    struct Info: Sendable {
        let isRegular: Bool
        let isDirectory: Bool
        let size: Int
        /// Seconds since 1970.
        let modified: Int
    }

    /// Asks the file system.
    ///
    /// - Throws: ``SystemCallError``.
    func info() throws(SystemCallError) -> Info {
        var status = stat()
        _ = try SystemCallError.check("fstat") { fstat(descriptor, &status) }
        let kind = status.st_mode & S_IFMT
        return Info(
            isRegular: kind == S_IFREG,
            isDirectory: kind == S_IFDIR,
            size: Int(status.st_size),
            modified: Int(status.st_mtim.tv_sec)
        )
    }

    /// Where the file is, all symbolic links followed, as they were when it was opened.
    ///
    /// - Throws: ``SystemCallError``.
    func realPath() throws(SystemCallError) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try SystemCallError.check("readlink") {
            readlink("/proc/self/fd/\(descriptor)", &bytes, Int(PATH_MAX))
        }
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Reads some bytes.
    ///
    /// - Parameters:
    ///   - count: How many at most.
    ///   - offset: From the start of the file.
    /// - Returns: Empty only at the end of the file.
    /// - Throws: ``SystemCallError``.
    func read(_ count: Int, at offset: Int) throws(SystemCallError) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        var failure: SystemCallError?
        // SAFETY: the pointer is valid for the length passed with it while the call lasts, and goes nowhere else.
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            do throws(SystemCallError) {
                return try SystemCallError.check("pread") {
                    target.baseAddress.map { pread(descriptor, $0, min(count, target.count), offset) } ?? 0
                }
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return buffer
    }

    /// Appends all of `bytes`.
    ///
    /// - Throws: ``SystemCallError``.
    func append(_ bytes: ByteBuffer) throws(SystemCallError) {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            // SAFETY: as in `read(_:at:)`.
            let count = try SystemCallError.check("write") {
                bytes.withUnsafeReadableBytes { write(descriptor, $0.baseAddress, $0.count) }
            }
            bytes.moveReaderIndex(forwardBy: count)
        }
    }
}
