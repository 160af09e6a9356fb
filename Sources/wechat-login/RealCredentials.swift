import WeChatAPI

/// Why a sandbox does not start: beside real credentials, somebody's users could come to a node that believes it.
struct RealCredentials: Error, CustomStringConvertible {
    /// One line, without a secret: why, and what to do.
    let description: String

    private static let names = ["WECHAT_SECRET", "WECHAT_SECRET_FILE", "WECHAT_APPS", "WECHAT_APPS_FILE"]

    /// - Throws: ``RealCredentials`` when the environment is that of a node that talks to WeChat itself.
    static func refuse(in environment: [String: String]) throws(RealCredentials) {
        guard let name = names.first(where: { environment[$0]?.isEmpty == false }) else { return }
        guard let address = environment["WECHAT_BASE_URL"], isLoopback(address) else {
            throw RealCredentials(
                description: "\(name) is set for another WeChat than a sandbox on this machine, and a sandbox does not "
                    + "start beside real credentials: unset it, or set WECHAT_BASE_URL to where the sandbox will be, "
                    + "such as http://127.0.0.1:3999.")
        }
    }

    /// As a node judges it, but for the scheme.
    private static func isLoopback(_ address: String) -> Bool {
        let isSecure = address.lowercased().hasPrefix("https:")
        let insecure = isSecure ? "http" + address.dropFirst(5) : address
        let secret = Secret("none")
        return (try? WeChatConfiguration(baseURL: insecure, allowInsecure: true, appID: "none", appSecret: secret))
            != nil
    }
}
