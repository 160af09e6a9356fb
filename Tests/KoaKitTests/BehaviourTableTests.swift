import FoundationEssentials
import Testing

/// Holds the tests to the specification's numbers: a behaviour whose test goes away is missed here.
@Suite struct BehaviourTableTests {
    /// How many items each section has.
    private static let sections = [1: 80, 2: 27, 4: 28]

    /// Items that no test can name, and why.
    private static let exceptions = [
        "1.8": "`next` returns nothing in Swift: what a middleware has to say stands in its context",
        "4.1": "`next` cannot escape: the compiler refuses what would have to be tested",
    ]

    @Test func `each numbered behaviour has a test that names it`() throws {
        let named = try Self.numbersInTestNames()
        let items = Self.sections.flatMap { section, count in (1...count).map { "\(section).\($0)" } }
        let missing = items.filter { !named.contains($0) && Self.exceptions[$0] == nil }
        #expect(missing == [])
        #expect(named.subtracting(items).sorted() == [], "numbers that the specification does not have")
        #expect(named.intersection(Self.exceptions.keys).sorted() == [], "exceptions that are none")
    }

    /// The numbers in names such as `koa 1.4, 1.36 …` and `router 2.9, 4.18 …`.
    private static func numbersInTestNames() throws -> Set<String> {
        var numbers: Set<String> = []
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path
        for file in try FileManager.default.subpathsOfDirectory(atPath: folder) where file.hasSuffix("Tests.swift") {
            let source = try String(contentsOf: URL(filePath: "\(folder)/\(file)"), encoding: .utf8)
            for line in source.split(separator: "\n") {
                let words = line.split(separator: "func `").dropFirst().first?.split(separator: " ") ?? []
                guard let kind = words.first, kind == "koa" || kind == "router" else { continue }
                numbers.formUnion(words.dropFirst().prefix { isNumber($0) }.map { String($0.prefix { $0 != "," }) })
            }
        }
        return numbers
    }

    /// Whether this is an item's number, such as `1.23`, or `1.23,` in a list.
    private static func isNumber(_ word: Substring) -> Bool {
        let parts = (word.hasSuffix(",") ? word.dropLast() : word).split(separator: ".")
        return parts.count == 2 && parts.allSatisfy { Int($0) != nil }
    }
}
