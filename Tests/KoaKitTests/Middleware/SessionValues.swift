import KoaKit

enum Visits: SessionValueKey {
    typealias Value = Int
    static let name = "visits"
}

enum Cart: SessionValueKey {
    struct Value: Codable, Sendable, Equatable {
        var items: [String]
        var note: String?
    }
    static let name = "cart"
}

/// What ``Cart`` was called when it was of another type.
enum OldCart: SessionValueKey {
    typealias Value = String
    static let name = "cart"
}
