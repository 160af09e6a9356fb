import Testing

@testable import RelationalStore

struct TLSDefaultTests {
    @Test(arguments: [
        ("h", true), ("10.0.0.1", true), ("[2001:db8::1]", true), ("localhost.example.com", true),
        ("127.0.0.1.example.com", true), ("127.db", true),
        ("localhost", false), ("127.0.0.1", false), ("127.1.2.3", false), ("[::1]", false), ("%2Frun%2Fpg", false),
    ])
    func `other machines must prove who they are, this one need not`(host: String, isVerified: Bool) throws {
        let address = try PostgreSQLAddress("//u@\(host)/d")
        #expect(address.tls(to: address.hosts[0]) == (isVerified ? .verifyFull : .disable))
        #expect(try MySQLAddress("//u@\(host)/d").tls == (isVerified ? .verify : .off))
    }

    @Test func `each of several hosts has the default that fits it`() throws {
        let address = try PostgreSQLAddress("//u@localhost,h/d")
        #expect(address.hosts.map { address.tls(to: $0) } == [.disable, .verifyFull])
        let open = try PostgreSQLAddress("//u@localhost,h/d?sslmode=disable")
        #expect(open.hosts.map { open.tls(to: $0) } == [.disable, .disable])
    }

    @Test func `several hosts are asked for the writable one, unless told otherwise`() throws {
        #expect(try PostgreSQLAddress("//u@a/d").target == .any)
        #expect(try PostgreSQLAddress("//u@a,b/d").target == .readWrite)
        #expect(try PostgreSQLAddress("//u@a,b/d?target_session_attrs=standby").target == .standby)
    }

    @Test func `a MySQL socket needs no encryption`() throws {
        #expect(try MySQLAddress("//u@h/d?socket=/s").tls == .off)
        #expect(try MySQLAddress("//u@h/d?tls=off").tls == .off)
    }
}
