import AsyncHTTPClient
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
    /// The settings for calling WeChat: direct, bounded, and silent about URLs.
    static func calling(_ wechat: WeChatConfiguration) -> Self {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        var pool = ConnectionPool(
            // Shorter than what servers commonly allow (nginx: 75 s), so that it is rarely the server that closes.
            idleTimeout: .seconds(30),
            concurrentHTTP1ConnectionsPerHostSoftLimit: wechat.maximumConnections)
        // Connecting is tried again within the connect timeout; no request has been sent by then.
        pool.retryConnectionEstablishment = true
        var configuration = Self(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: Timeout(connect: TimeAmount(wechat.connectTimeout)),
            connectionPool: pool,
            proxy: nil,
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // By default AsyncHTTPClient writes url.full and url.query, secret and code included, into the global tracer.
        configuration.tracing.tracer = nil
        return configuration
    }
}
