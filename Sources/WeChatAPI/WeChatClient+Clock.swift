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
        return reply.headers.first(name: "date").flatMap(Self.date)
    }

    /// Reads a time as HTTP has it (RFC 9110, 5.6.7).
    private static func date(_ field: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let match = field.wholeMatch(of: /[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9:]{8}) GMT/),
            let month = months.firstIndex(of: String(match.2))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return try? Date("\(match.3)-\(number)-\(match.1)T\(match.4)Z", strategy: .iso8601)
    }
}
