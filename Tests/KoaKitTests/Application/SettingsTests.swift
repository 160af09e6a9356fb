import KoaKit
import KoaTesting
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SettingsTests {
    @Test func `koa 1.14 the defaults are Koa's`() {
        let settings = Application.Settings()
        #expect(settings.subdomainOffset == 2)
        #expect(settings.clientAddressField == "X-Forwarded-For")
        #expect(settings.keys.isEmpty)
        #expect(!settings.isSilent)
        #expect(!settings.keepsCurrentContext)
        #if DEBUG
            #expect(settings.environment == .development)
        #else
            #expect(settings.environment == .production)
        #endif
    }

    @Test func `koa 1.14 by default no client names its own address, host or scheme, and no cookie is signed`()
        async throws
    {
        let headers: HTTPHeaders = [
            "Host": "example.com", "X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.com",
            "X-Forwarded-Proto": "https",
        ]
        let answer = try await ask(headers: headers) { ctx in
            try ctx.cookies.set("a", "b")
            let cookies = ctx.response.headers["set-cookie"].count
            return "\(ctx.ip) \(ctx.ips.count) \(ctx.host) \(ctx.scheme) \(cookies)"
        }
        #expect(answer == "127.0.0.1 0 example.com http 1")
    }

    private enum Catalogue: StateKey { typealias Value = [String: Int] }

    @Test(arguments: Transport.allCases)
    func `koa 1.15 a value of an application is found by its requests, and by those of no other`(
        over transport: Transport
    ) async throws {
        let (first, second) = (Application.quiet(), Application.quiet())
        first.settings[Catalogue.self] = ["tea": 3]
        for app in [first, second] {
            app.use { ctx, _ in ctx.body = .text("\(ctx.app[Catalogue.self]?["tea"] ?? 0)") }
        }
        try await first.test(over: transport) { one in
            try await second.test(over: transport) { two async throws in
                #expect(try await one.get("/").text == "3")
                #expect(try await two.get("/").text == "0")
            }
        }
    }

    @Test(arguments: Transport.allCases)
    func `koa 1.14, 1.18 every request finds the settings of its own application`(over transport: Transport)
        async throws
    {
        var settings = Application.Settings()
        settings.environment = Application.Environment(rawValue: "staging")
        let first = Application(settings: settings)
        let second = Application()
        for app in [first, second] { app.use { ctx, _ in ctx.body = .text(ctx.app.environment.rawValue) } }
        second.settings.environment = .test
        try await first.test(over: transport) { one in
            try await second.test(over: transport) { two async throws in
                #expect(try await one.get("/").text == "staging")
                #expect(try await two.get("/").text == "test")
            }
        }
    }
}
