import Foundation
import KoaKit
import KoaTesting
import MariaDBFixture
import ProcessFixture
import RedisClient
import RedisServerFixture
import Testing

@testable import LoginService

/// The path of node; nil where it is not installed.
private let nodeJS = findProgram("node", "nodejs")

/// The programs of `Examples/miniprogram`, each unchanged, in node, with the `wx` of `Tests/MiniProgramClient`.
@Suite(
    .timeLimit(.minutes(2)), .serialized,
    .enabled(if: nodeJS != nil || Servers.areRequired, "node not found"),
    .enabled(if: MariaDBServer.isAvailable || Servers.areRequired, "MariaDB not found"))
struct MiniProgramTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")

    @Test(arguments: MiniProgram.allCases)
    func `an older system's program does its whole life against two nodes`(_ program: MiniProgram) async throws {
        let node = try #require(nodeJS)
        try await withBackends(.mysql) { backends in
            try await withServe(on: backends) { first in
                try await withServe(on: backends) { second in
                    try await RoundRobinProxy.between([first.port, second.port]) { proxy in
                        try await control(of: backends, [first, second]).withServer { control in
                            let output = try await runProgram([
                                node, Self.package.appending(path: "Tests/MiniProgramClient/run.js").path,
                                Self.package.appending(path: "Examples/miniprogram/\(program.rawValue)").path,
                                "http://127.0.0.1:\(proxy.port)", backends.weChatURL,
                                "http://127.0.0.1:\(control.port)",
                            ])
                            let steps = output.split(separator: "\n").map(String.init)
                            #expect(steps.count == program.steps.count)
                            for (step, expected) in zip(steps, program.steps) { #expect(step == expected) }
                            #expect(proxy.counts.allSatisfy { $0 > 5 }, "\(proxy.counts)")
                        }
                    }
                }
            }
        }
    }

    /// What a scenario asks for that a phone cannot do.
    private func control(of backends: Backends, _ nodes: [TestServe]) -> Application {
        let router = Router()
        router.post("/expire") { ctx, _ in
            for key in try await backends.redisKeys("session:*") where !key.hasSuffix(":index") {
                _ = try await backends.redis.send(RedisCommand("PEXPIRE", .string(key), "1"))
            }
            try await eventually { try await backends.redisKeys("session:*").allSatisfy { $0.hasSuffix(":index") } }
            ctx.body = .json([:])
        }
        router.post("/away") { ctx, _ in
            backends.redisServer.pause()
            ctx.body = .json([:])
        }
        router.post("/back") { ctx, _ in
            backends.redisServer.resume()
            for node in nodes { try await eventually(.success) { try await node.client.get("/readyz") } }
            ctx.body = .json([:])
        }
        let app = Application()
        app.use(router.routes())
        return app
    }
}
