import RelationalStore
import Testing

struct DatabaseURLTests {
    @Test(arguments: [
        ("sqlite::memory:", "sqlite::memory:"),
        ("sqlite:data/app.db", "sqlite:data/app.db"),
        ("sqlite:/var/lib/app.db", "sqlite:/var/lib/app.db"),
        ("sqlite:///var/lib/app.db", "sqlite:/var/lib/app.db"),
        ("mysql://u@h/d", "mysql://u@h:3306/d"),
        ("MARIADB://u:p%40ss@h:1/d", "mysql://u:***@h:1/d"),
        ("mysql://u:p@ss@h/d", "mysql://u:***@h:3306/d"),
        ("mysql://u:p@[::1]:33/d?tls=verify&ca=/ca.pem", "mysql://u:***@[::1]:33/d"),
        ("mysql://u:p@/d?socket=/run/my%20sql.sock", "mysql://u:***@:3306/d?socket=/run/my sql.sock"),
        ("postgres://u:p%40ss@h/d", "postgresql://u:***@h:5432/d"),
        ("postgresql://u@[::1]:1,h2,h3:3/d?sslmode=require", "postgresql://u@[::1]:1,h2:5432,h3:3/d"),
        ("postgresql://u:p@ss@%2Frun%2Fpg/d?pooler=transaction", "postgresql://u:***@/run/pg:5432/d"),
        ("postgresql://u@:1/d?host=/run/pg&application_name=a%26b", "postgresql://u@/run/pg:1/d"),
    ])
    func `a URL is read, and printed without its password`(text: String, printed: String) throws {
        let url = try DatabaseURL(text)
        #expect(url.description == printed)
        var dumped = ""
        dump(url, to: &dumped)
        #expect(!dumped.contains("p@ss") && !String(reflecting: url).contains("p@ss"))
    }

    @Test(arguments: [
        ("", "has no scheme"),
        ("data.db", "has no scheme"),
        ("sqlite:", "no file name"),
        ("sqlite:dir/", "no file name"),
        ("sqlite://data/app.db", "names a host"),
        ("postgres://u:s3cret@/d", "needs a host"),
        ("postgres://u:s3cret@h,/d", "needs a host"),
        ("postgres://u:s3cret@h?d", "database name"),
        ("postgres://h/d", "needs a user"),
        ("postgres://u:p?s3cret=1@h/d", "port"),
        ("postgres://u:s3cret@h/d?host=/x", "host twice"),
        ("postgres://u:s3cret@h/d?sslmode=prefer", "verify-full for sslmode"),
        ("postgres://u:s3cret@h/d?target_session_attrs=writer", "for target_session_attrs"),
        ("postgres://u:s3cret@h/d?pooler=session", "transaction for pooler"),
        ("postgres://u:s3cret@h/d?colour=red", "unknown option colour"),
        ("mysql://u:s3cret@h,i/d", "one host"),
        ("oracle://u:s3cret@h/d", "unknown scheme"),
        ("mysql:u:s3cret@h/d", "lacks //"),
        ("mysql://u:s3cret@h", "database name"),
        ("mysql://u:s3cret@h/", "database name"),
        ("mysql://u:s3cret@h/a/b", "database name"),
        ("mysql://u:s3cret@/d", "host or a socket"),
        ("mysql://h/d", "needs a user"),
        ("mysql://u:s3cret@h:0/d", "port"),
        ("mysql://u:s3cret@h:99999/d", "port"),
        ("mysql://u:s3cret%zz@h/d", "hexadecimal"),
        ("mysql://u:s3cret%00@h/d", "not text"),
        ("mysql://u:s3cret@h/d?tls=maybe", "off, require or verify"),
        ("mysql://u:s3cret@h/d?colour=red", "unknown option colour"),
    ])
    func `a wrong URL is refused without repeating it`(text: String, reason: String) {
        let error = #expect(throws: SQLError.self) { try DatabaseURL(text) }
        #expect(error?.kind == .invalidConfiguration)
        #expect(error?.message.contains(reason) == true)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `a limit out of range is refused`() {
        var configuration = DatabaseConfiguration()
        configuration.maximumConnections = 0
        let error = #expect(throws: SQLError.self) {
            try makeDatabase(url: DatabaseURL("sqlite::memory:"), configuration: configuration)
        }
        #expect(error?.kind == .invalidConfiguration)
    }
}
