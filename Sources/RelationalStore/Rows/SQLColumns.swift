/// The column names of one result, shared by all its rows.
final class SQLColumns: Sendable {
    let names: [String]
    private let indices: [String: Int]

    init(_ names: [String]) {
        self.names = names
        indices = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    func index(of name: String) -> Int? {
        // Most results have few columns, where comparing beats hashing.
        names.count <= 6 ? names.firstIndex(of: name) : indices[name]
    }
}
