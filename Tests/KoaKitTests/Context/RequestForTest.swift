import Logging
import NIOHTTP1

@testable import KoaKit

extension Request {
    /// A request that no connection could carry.
    static func forTest(_ headers: HTTPHeaders, settings: Application.Settings = .init()) -> Request {
        forTest(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers), settings: settings)
    }

    /// A request of any kind.
    static func forTest(_ head: HTTPRequestHead, settings: Application.Settings = .init()) -> Request {
        let application = FrozenApplication(
            settings: settings, logger: Logger(label: "test"), shapeError: { _, _ in }, observers: [],
            abortObservers: [])
        return Request(head, content: .empty, connection: ConnectionInfo(remoteAddress: "127.0.0.1"), application)
    }
}
