import Glibc
import NIOCore

/// Why a server could not listen.
///
/// Equality is of ``code``; the description says which address it was and what to do.
public struct ListenError: Error, Hashable, CustomStringConvertible {
    /// What was wrong with the address.
    public struct Code: Hashable, Sendable {
        enum Base { case addressInUse, notPermitted, noSuchAddress, badPath, other }
        let base: Base

        /// Somebody listens on it already.
        public static let addressInUse = Code(base: .addressInUse)
        /// This user may not listen on it.
        public static let notPermitted = Code(base: .notPermitted)
        /// It is no address of this machine, or its name has none.
        public static let noSuchAddress = Code(base: .noSuchAddress)
        /// A socket file cannot stand there: too long a path, no such folder, or a file that is no socket.
        public static let badPath = Code(base: .badPath)
        /// Something else; see ``ListenError/underlying``.
        public static let other = Code(base: .other)
    }

    /// What was wrong.
    public let code: Code
    /// The address that was asked for.
    public let address: ListenAddress
    /// What the operating system said.
    public let underlying: (any Error)?

    init(_ code: Code, _ address: ListenAddress, underlying: (any Error)? = nil) {
        self.code = code
        self.address = address
        self.underlying = underlying
    }

    init(_ error: any Error, for address: ListenAddress) {
        if let error = error as? ListenError {
            self = error
            return
        }
        let code: Code =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: .addressInUse
            case EACCES, EPERM: .notPermitted
            case EADDRNOTAVAIL: .noSuchAddress
            case ENOENT, ENOTDIR, ENAMETOOLONG: .badPath
            default: error is SocketAddressError ? .noSuchAddress : .other
            }
        self.init(code, address, underlying: error)
    }

    /// Which address, why, and what to do, in a sentence for the log.
    public var description: String { "cannot listen on \(address): \(advice)" }

    private var advice: String {
        switch (code.base, address.kind) {
        case (.addressInUse, .host(_, let port)):
            "the port is in use; stop the process that holds it (ss -ltnp 'sport = :\(port)' shows it) or choose "
                + "another port, 0 being any free one"
        case (.addressInUse, .unixSocket):
            "a running process listens on this socket; stop it or choose another path"
        case (.notPermitted, .host):
            "not permitted; ports below 1024 need a privilege: choose a higher one"
        case (.notPermitted, .unixSocket):
            "not permitted; choose a folder that this user may write to"
        case (.noSuchAddress, _):
            "this machine has no such address; 127.0.0.1 is local, 0.0.0.0 is every IPv4 address of it"
        case (.badPath, _):
            "the path must be at most 107 bytes, in a folder that exists, and not of another kind of file"
        case (.other, _):
            underlying.map { "\($0)" } ?? "unknown"
        }
    }

    /// Whether two errors have the same code.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
