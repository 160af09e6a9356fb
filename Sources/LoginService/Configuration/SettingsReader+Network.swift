import KoaKit
import RedisClient

/// Reads settings about who may ask, and how often.
extension SettingsReader {
    /// A number of times in a time: `60/m`, `600/10m`; nil for `off`.
    func rate(
        _ setting: Setting, default fallback: RedisRateLimiter.Limit?
    ) throws(ConfigurationError) -> RedisRateLimiter.Limit? {
        guard let text = try text(setting) else { return fallback }
        guard text != "off" else { return nil }
        let units: [Substring: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let match = text.wholeMatch(of: /([0-9]{1,7})\/([0-9]{0,4})([smhd])/),
            let hits = Int(match.1), (1...1_000_000).contains(hits), let unit = units[match.3],
            let count = match.2.isEmpty ? 1 : Int64(match.2), (1...86_400).contains(count * unit)
        else {
            throw ConfigurationError(setting, "'\(text)' will not do. \(setting.summary)")
        }
        return RedisRateLimiter.Limit(hits: hits, per: .seconds(count * unit))
    }

    /// Addresses and ranges, comma-separated, or `private` for this machine and private networks.
    func proxies(_ setting: Setting) throws(ConfigurationError) -> TrustedProxies {
        guard let text = try text(setting), text != "off" else { return .none }
        guard text != "private" else { return .privateNetworks }
        var ranges: [IPRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let part = part.filter { !$0.isWhitespace }
            guard let range = IPRange(part) else {
                throw ConfigurationError(setting, "'\(part)' is no address and no range. \(setting.summary)")
            }
            ranges.append(range)
        }
        return .addresses(ranges)
    }
}
