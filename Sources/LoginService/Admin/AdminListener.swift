import KoaKit
import Logging
import NIOPosix

/// Opens the listener of operations.
struct AdminListener: Sendable {
    let configuration: AdminConfiguration
    let logger: Logger

    /// Starts to serve.
    ///
    /// - Returns: The server; nil when nobody asked for a port and the usual one is taken, as by another node of this
    ///   machine: that is no reason not to serve logins.
    /// - Throws: ``ConfigurationError`` when the address cannot be listened on.
    func start(_ app: Application, on group: MultiThreadedEventLoopGroup) async throws -> Server? {
        let port = configuration.port ?? AdminConfiguration.defaultPort
        do {
            let server = try await app.start(host: configuration.host, port: port, on: group)
            logger.notice("operations are served", metadata: ["address": "\(server.address)"])
            return server
        } catch let error as ListenError where error.code == .addressInUse && configuration.port == nil {
            logger.warning(
                "another process has port \(port), so this node serves neither metrics nor /admin: set ADMIN_PORT")
            return nil
        } catch {
            throw ConfigurationError("ADMIN_HOST, ADMIN_PORT: \(error)")
        }
    }
}
