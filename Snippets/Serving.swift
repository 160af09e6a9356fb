// The code of the article "Limits, deadlines and shutdown".

import KoaKit

func limits(_ app: Application) {
    // snippet.limits
    app.limits.headerBlock = 8_192
    app.limits.header = .seconds(5)
    app.limits.body = .seconds(60)
    app.limits.handler = .seconds(5)
    app.limits.shutdown = .seconds(20)
    // snippet.end
}

func options(_ app: Application) async throws {
    // snippet.options
    var options = ServerOptions(.host("0.0.0.0", port: 443))
    options.tls = TLSOptions(
        certificateChain: "/etc/tls/fullchain.pem",
        privateKey: "/etc/tls/privkey.pem"
    )
    options.maximumConnections = 10_000
    options.maximumRequestsInFlight = 1_000
    try await app.listen(options)
    // snippet.end
}

func unixSocket(_ app: Application) async throws {
    // snippet.unixSocket
    try await app.listen(ServerOptions(.unixSocket("/run/app.sock")))
    // snippet.end
}

func starting(_ app: Application) async {
    // snippet.starting
    do {
        let server = try await app.start(port: 3000)
        print("listening on \(server.address)")
        await server.shutdown()
    } catch let error as ListenError {
        // cannot listen on 127.0.0.1:3000: the port is in use; stop the process that holds it …
        print(error)
    } catch {
        print("cannot start: \(error)")
    }
    // snippet.end
}

func timeout(_ router: Router) {
    // snippet.timeout
    var options = Timeout.Options()
    options.limit = .seconds(2)
    router.get("/report", Timeout(options)) { ctx, _ in
        try await Task.sleep(for: .seconds(3600))
        ctx.body = .text("never")
    }
    // snippet.end
}
