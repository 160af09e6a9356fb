import KoaKit
import KoaTesting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SettingsTests {
    @Test func `koa 1.14 the defaults trust no proxy and sign nothing`() {
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
