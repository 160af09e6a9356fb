import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AddressTests {
    private func settings(_ proxies: TrustedProxies) -> Application.Settings {
        var settings = Application.Settings()
        settings.trustedProxies = proxies
        return settings
    }

    private static let machine = TrustedProxies.addresses([IPRange("127.0.0.0/8")].compactMap { $0 })

    @Test(arguments: [
        // Koa's `proxy: true` takes the first of all: here nobody is believed unless asked for.
        ("6.6.6.6, 1.1.1.1", TrustedProxies.none, "127.0.0.1|"),
        ("6.6.6.6, 1.1.1.1", .hops(1), "1.1.1.1|1.1.1.1"),
        ("6.6.6.6,1.1.1.1 , 2.2.2.2", .hops(2), "1.1.1.1|1.1.1.1,2.2.2.2"),
        ("1.1.1.1", .hops(2), "1.1.1.1|1.1.1.1"),
        ("", .hops(1), "127.0.0.1|"),
        ("6.6.6.6, 1.1.1.1", machine, "1.1.1.1|1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 127.0.0.9", machine, "1.1.1.1|1.1.1.1,127.0.0.9"),
        ("127.0.0.7, 127.0.0.8", machine, "127.0.0.7|127.0.0.7,127.0.0.8"),
        ("6.6.6.6, unknown", machine, "unknown|unknown"),
        ("6.6.6.6, [2001:DB8:0::1]:443", machine, "2001:db8::1|2001:db8::1"),
        ("1.1.1.1:5000", .hops(1), "1.1.1.1|1.1.1.1"),
        ("::ffff:1.1.1.1", .hops(1), "1.1.1.1|1.1.1.1"),
        ("1.1.1.1", .addresses([]), "127.0.0.1|"),
    ])
    func `koa 1.72, 4.12 ip and ips are what trusted proxies wrote, never the client's word`(
        sent: String, proxies: TrustedProxies, expected: String
    ) async throws {
        let answer = try await ask(headers: ["X-Forwarded-For": sent], settings: settings(proxies)) {
            "\($0.ip)|\($0.ips.joined(separator: ","))"
        }
        #expect(answer == expected)
    }

    @Test func `koa 1.72 several lines are one list, another field may hold it, ip can be set`() async throws {
        let headers: HTTPHeaders = ["X-Forwarded-For": "6.6.6.6", "x-forwarded-for": "1.1.1.1", "X-Real-IP": "2.2.2.2"]
        var settings = settings(.hops(1))
        #expect(try await ask(headers: headers, settings: settings) { $0.ip } == "1.1.1.1")
        settings.clientAddressField = "X-Real-IP"
        #expect(try await ask(headers: headers, settings: settings) { $0.ip } == "2.2.2.2")
        let set = try await ask {
            $0.ip = "3.3.3.3"
            return $0.request.ip
        }
        #expect(set == "3.3.3.3")
        #expect(try await ask(on: ConnectionInfo(remoteAddress: nil)) { "[\($0.ip)]" } == "[]")
        let local = ConnectionInfo(remoteAddress: nil)
        let behind = try await ask(on: local, headers: headers, settings: self.settings(Self.machine)) { $0.ip }
        #expect(behind == "1.1.1.1")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.1", "10.0.0.1", true),
        ("10.0.0.1", "10.0.0.2", false), ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::1", "::1", true), ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ])
    func `a range holds the addresses that begin with its bits`(range: String, peer: String, isIn: Bool) async throws {
        let range = try #require(IPRange(range))
        let answer = try await ask(
            on: ConnectionInfo(remoteAddress: peer), headers: ["X-Forwarded-For": "1.1.1.1"],
            settings: settings(.addresses([range]))
        ) { $0.ip }
        #expect((answer == "1.1.1.1") == isIn)
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "10.0.0.0/-1", "::/129", "a", "1.1.1.1/8/8", "fe80::1%1",
    ])
    func `what is no range is refused`(text: String) {
        #expect(IPRange(text) == nil)
    }

    @Test(arguments: [
        ("foo.com:3000", TrustedProxies.none, "foo.com:3000|foo.com"), ("FOO.com", .none, "FOO.com|foo.com"),
        ("foo.com", .hops(1), "bar.com|bar.com"), ("foo.com", .hops(2), "baz.com|baz.com"),
        ("[::1]:80", .none, "[::1]:80|[::1]"),
        (
            "[2001:cdba:0000:0000:0000:0000:3257:9652]:1337", .none,
            "[2001:cdba:0000:0000:0000:0000:3257:9652]:1337|[2001:cdba::3257:9652]"
        ),
        ("127.0.0.1:80", .none, "127.0.0.1:80|127.0.0.1"),
    ])
    func `koa 1.70 host and hostname, those of a trusted proxy first`(
        sent: String, proxies: TrustedProxies, expected: String
    ) async throws {
        let headers: HTTPHeaders = ["Host": sent, "X-Forwarded-Host": "baz.com, bar.com"]
        let answer = try await ask(headers: headers, settings: settings(proxies)) { "\($0.host)|\($0.hostname)" }
        #expect(answer == expected)
    }

    @Test(arguments: [
        ("[invalidIPv6]", ""), ("[::1", ""), ("a b", ""), ("foo.com:x", ""), ("foo.com:99999", ""), ("foo.com/a", ""),
        ("例.com", ""), ("evil.com:fake@legit.com", "legit.com"), ("legit.com@evil.com:8080", "evil.com:8080"),
        ("a@b@c.com", "c.com"), ("legit.com:@evil.com/", ""), ("legit.com@", ""), ("@", ""),
    ])
    func `koa 1.70, 4.17 CVE-2026-27959 nothing before an @ is taken for the host, what is no host is empty`(
        sent: String, expected: String
    ) async throws {
        let peer = ConnectionInfo(remoteAddress: "127.0.0.1")
        #expect(try await ask(on: peer, headers: ["Host": sent]) { $0.host } == expected)
        let forwarded = try await ask(headers: ["X-Forwarded-Host": sent], settings: settings(.hops(1))) { $0.host }
        #expect(forwarded == expected)
    }

    @Test(arguments: ["legit.com@evil.com", "a b", "[::1", "foo.com/a"])
    func `koa 1.70, 4.17 CVE-2026-27959 a connection refuses a Host field that is no host`(host: String) async throws {
        try await Application.quiet().test(over: .socket) { client async throws in
            #expect(try await client.get("/", headers: ["Host": host]).status == 400)
        }
    }

    @Test(arguments: [
        ("https", TrustedProxies.none, "http false"), ("https", .hops(1), "https true"), ("", .hops(1), "http false"),
        ("http, https", .hops(1), "https true"), ("https, http", .hops(1), "http false"),
        ("https, http", .hops(2), "https true"), ("HTTPS", .hops(1), "https true"),
        ("javascript:alert(1)//", .hops(1), "http false"),
    ])
    func `koa 1.71 the scheme is that of TLS, else that of a trusted proxy`(
        sent: String, proxies: TrustedProxies, expected: String
    ) async throws {
        let headers: HTTPHeaders = ["X-Forwarded-Proto": sent]
        let answer = try await ask(headers: headers, settings: settings(proxies)) { "\($0.scheme) \($0.isSecure)" }
        #expect(answer == expected)
        let secure = ConnectionInfo(remoteAddress: "1.1.1.1", isSecure: true)
        #expect(try await ask(on: secure, headers: headers, settings: settings(proxies)) { $0.scheme } == "https")
    }

    @Test(arguments: [
        ("tobi.ferrets.example.com", 2, "ferrets,tobi"), ("tobi.ferrets.example.com:3000", 3, "tobi"),
        ("example.com", 2, ""), ("localhost", 2, ""), ("127.0.0.1", 2, ""), ("[::1]", 0, ""), ("a.b", 0, "b,a"),
    ])
    func `koa 1.73 subdomains are the labels beyond the offset, the nearest first`(
        host: String, offset: Int, expected: String
    ) async throws {
        var settings = Application.Settings()
        settings.subdomainOffset = offset
        let answer = try await ask(headers: ["Host": host], settings: settings) {
            $0.subdomains.joined(separator: ",")
        }
        #expect(answer == expected)
    }

    @Test(arguments: ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"])
    func `koa 1.70, 4.17 CVE-2025-25200 hostile forwarded fields are read in linear time`(field: String) {
        // A header block cannot be so long: what takes quadratic time would take hours.
        let hostile = [
            String(repeating: " ", count: 1 << 18) + "x", String(repeating: "a , ", count: 1 << 16),
            String(repeating: ",", count: 1 << 18), String(repeating: "a@", count: 1 << 17),
        ]
        for value in hostile {
            let request = Request.forTest([field: value], settings: settings(.hops(2)))
            _ = (request.ip, request.host, request.scheme, request.subdomains)
        }
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1:2:3", "2001:db8::/64"), ("2001:db8:0:1::1", "2001:db8:0:1::/64"), ("::1", "::/64"),
    ])
    func `a client holds its IPv4 address, or the /64 of its IPv6 address`(_ address: String, _ network: String) {
        #expect(IPRange.clientNetwork(of: address) == network)
    }

    @Test func `ranges hold the addresses in one of them, and nothing that is none`() {
        let ranges = ["10.0.0.0/8", "fc00::/7"].compactMap(IPRange.init)
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"] { #expect(ranges.contains(address: address)) }
        for address in ["11.0.0.1", "2001:db8::1", "10.1.2", "10.1.2.3:80", "", "x"] {
            #expect(!ranges.contains(address: address))
        }
        for text in ["", "x", "10.0.0.0/8", "10.1.2.3:80", "[::1]"] { #expect(IPRange.clientNetwork(of: text) == nil) }
    }
}
