/// For which mini program data was made, and when.
struct Watermark: Decodable, Sendable {
    let appID: String
    /// Seconds since 1970.
    let timestamp: Int

    private enum CodingKeys: String, CodingKey {
        case appID = "appid"
        case timestamp
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        appID = try container.decode(String.self, forKey: .appID)
        timestamp = try container.decode(WireInteger.self, forKey: .timestamp).value
    }
}
