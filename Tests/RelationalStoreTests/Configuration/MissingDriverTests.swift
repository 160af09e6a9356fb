import RelationalStore
import Testing

struct MissingDriverTests {
    /// The URLs of the drivers that this build lacks.
    private static var urls: [String] {
        var urls: [String] = []
        #if !MySQL
            urls.append("mysql://u@localhost/d")
        #endif
        #if !PostgreSQL
            urls.append("postgresql://u@localhost/d")
        #endif
        return urls
    }

    @Test(.enabled(if: !urls.isEmpty, "all drivers are built in"), arguments: urls)
    func `a database whose driver was not built in is refused by the name of its trait`(url: String) throws {
        let error = #expect(throws: SQLError.self) { try makeDatabase(url: DatabaseURL(url)) }
        #expect(error?.kind == .invalidConfiguration)
        #expect(error?.message.hasSuffix("trait") == true)
    }
}
