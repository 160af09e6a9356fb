import NIOCore
import NIOPosix

/// A socket that accepts connections.
struct Listener {
    let channel: any Channel
    /// Nil for TCP.
    let socketFile: UnixSocketFile?

    /// Binds `bootstrap` to the address.
    ///
    /// - Throws: ``ListenError``.
    static func bind(_ bootstrap: ServerBootstrap, to address: ListenAddress) async throws(ListenError) -> Listener {
        do {
            switch address.kind {
            case .host(let host, let port):
                // A name is looked up by a call that blocks.
                let resolved = try await onBlockingThread {
                    try SocketAddress.makeAddressResolvingHost(host, port: port)
                }
                return Listener(channel: try await bootstrap.bind(to: resolved).get(), socketFile: nil)
            case .unixSocket(let path, let permissions):
                let (file, descriptor) = try await onBlockingThread {
                    try UnixSocketFile.bind(path, permissions: permissions, for: address)
                }
                do {
                    return Listener(channel: try await bootstrap.withBoundSocket(descriptor).get(), socketFile: file)
                } catch {
                    try? await onBlockingThread { file.remove() }
                    throw error
                }
            }
        } catch {
            throw ListenError(error, for: address)
        }
    }
}
