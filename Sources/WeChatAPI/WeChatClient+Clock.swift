import AsyncHTTPClient
public import FoundationEssentials
import NIOCore
import NIOHTTP1

extension WeChatClient {
    /// What the clock of WeChat's server shows, to the second: the `Date` of a reply.
    ///
    /// - Returns: The time; nil when the reply does not say.
    /// - Throws: An error of the connection. Nothing of the configuration is in it but the address.
    public func serverDate() async throws -> Date? {
        var request = HTTPClientRequest(url: configuration.baseURL + "/")
        request.method = .HEAD
        let reply = try await http.execute(request, timeout: TimeAmount(configuration.timeout))
        return reply.headers.first(name: "date").flatMap { try? Date($0, strategy: .http) }
    }
}
