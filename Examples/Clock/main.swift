// The time, once a second, as server-sent events, and a page that shows it.
//
//     swift run clock
//     curl -N http://127.0.0.1:3000/time
//
// HOST and PORT choose another address; with PORT=0 the system chooses the port, and the log says which.
// SIGTERM and SIGINT (Ctrl-C) stop it gracefully.

import Foundation
import KoaKit
import Logging
import ServiceLifecycle
import UnixSignals

let page = """
    <!DOCTYPE html><meta charset="utf-8"><title>Clock</title><h1 id="time">…</h1>
    <script>
    new EventSource('/time').onmessage = event => document.getElementById('time').textContent = event.data
    </script>
    """

func makeApplication() -> Application {
    let router = Router()
    router.get("/") { ctx, _ in ctx.body = .text(page) }
    router.get("/time") { ctx, _ in
        ctx.sendEvents { events in
            while true {
                try await events.send(ServerSentEvent(data: Date.now.ISO8601Format()))
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
    let app = Application(logger: logger)
    // A clock never ends by itself: there is no use in waiting for it.
    app.limits.shutdown = .seconds(1)
    app.use(router.routes())
    app.use(router.allowedMethods())
    return app
}

/// Serves until the process is told to stop.
struct Clock: Service {
    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let server = try await makeApplication().start(
            host: environment["HOST"] ?? "127.0.0.1",
            port: environment["PORT"].flatMap { Int($0) } ?? 3000
        )
        logger.info("listening", metadata: ["address": "\(server.address)"])
        try? await gracefulShutdown()
        await server.shutdown()
    }
}

let logger = Logger(label: "clock")
let group = ServiceGroup(services: [Clock()], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
try await group.run()
