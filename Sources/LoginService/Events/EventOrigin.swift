import KoaKit
import Logging

/// Where an event comes from: a request, or a command.
struct EventOrigin: Sendable {
    /// Where the audit line goes; that of a request adds the request's id.
    let logger: Logger
    var clientAddress: String?
    var requestID: String?

    /// The origin of what a command does.
    init(logger: Logger) {
        self.logger = logger
    }

    /// The origin of what a request does.
    init(_ context: Context) {
        logger = context.logger
        clientAddress = context.ip.isEmpty ? nil : context.ip
        requestID = context.requestID
    }
}
