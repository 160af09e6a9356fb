import Glibc
public import NIOCore
import Synchronization

/// A file of a multipart form, kept on disk.
///
/// It is removed when nothing refers to it any more, which is at the end of its request unless a handler keeps it or
/// moves it away.
public final class UploadedFile: Sendable {
    /// The name of the form's field.
    public let name: String
    /// The last component of the name that the client gave it; empty when it gave none.
    ///
    /// It says nothing of what is in the file, and is not safe as the name of a file on this machine.
    public let filename: String
    /// The type that the client gave it; nil when it gave none.
    public let contentType: String?
    /// Where it is.
    public let path: String
    private let state = Mutex(State())

    private struct State {
        var size = 0
        var isMoved = false
    }

    private init(_ header: MultipartHeader, path: String) {
        name = header.name
        filename = header.filename ?? ""
        contentType = header.contentType
        self.path = path
    }

    deinit {
        guard !state.withLock({ $0.isMoved }) else { return }
        let path = path
        FileThreads.runLater { unlink(path) }
    }

    /// Creates the file that a part becomes.
    ///
    /// - Parameters:
    ///   - header: Of the part.
    ///   - directory: Where.
    /// - Returns: The file, and the access to it that ``append(_:to:)`` needs.
    /// - Throws: An error of the file system.
    static func create(for header: MultipartHeader, in directory: String) async throws -> (UploadedFile, OpenFile) {
        try await FileThreads.run {
            // A name that nobody can foresee, and so neither create nor link to something else.
            let path = "\(directory)/koakit-\(UInt128.random(in: 0...(.max)))"
            let access = try OpenFile(creating: path)
            return (UploadedFile(header, path: path), access)
        }
    }

    /// Appends some of the part's content.
    ///
    /// - Throws: An error of the file system.
    func append(_ content: ByteBuffer, to access: OpenFile) async throws {
        try await FileThreads.run { try access.append(content) }
        state.withLock { $0.size += content.readableBytes }
    }

    /// How large it is, in bytes.
    public var size: Int { state.withLock { $0.size } }

    /// Reads it whole.
    ///
    /// - Parameter limit: In bytes.
    /// - Returns: Its content.
    /// - Throws: ``HTTPError`` 413 when it is larger, an error of the file system when it cannot be read.
    public func bytes(upTo limit: Int) async throws -> ByteBuffer {
        let size = size
        guard size <= limit else { throw HTTPError.contentTooLarge(limit: limit) }
        return try await FileThreads.run { [path] in
            let file = try OpenFile(reading: path)
            var content = ByteBuffer()
            while content.readableBytes < size {
                var piece = try file.read(size - content.readableBytes, at: content.readableBytes)
                guard content.writeBuffer(&piece) > 0 else { break }
            }
            return content
        }
    }

    /// Gives it a place of its own, where it stays.
    ///
    /// - Parameter destination: A path on the same file system as ``path``; a file that is there is replaced.
    /// - Throws: An error of the file system when it cannot be moved; the file is then still where it was.
    public func move(to destination: String) async throws {
        try await FileThreads.run { [self] in
            _ = try SystemCallError.check("rename") { rename(path, destination) }
            state.withLock { $0.isMoved = true }
        }
    }
}
