import InMemoryLogging
import KoaKit
import KoaTesting
import Logging
import Testing

@testable import WeChatSandbox

/// A sandbox that serves, as a test sees it.
struct SandboxFixture: Sendable {
    static let appid = "wx4f4bc4dec97d474b"
    static let secret = "0123456789abcdef0123456789abcdef"

    let sandbox: Sandbox
    let port: Int
    /// All that the sandbox logs, at every level.
    let log: InMemoryLogHandler

    /// Calls code2Session; a parameter that is nil is left out.
    func exchange(
        _ code: String?,
        appid: String? = appid,
        secret: String? = secret,
        grantType: String? = "authorization_code",
        method: String = "GET"
    ) async throws -> TestReply {
        try await send(method, Self.target(code, appid: appid, secret: secret, grantType: grantType))
    }

    static func target(
        _ code: String?,
        appid: String? = appid,
        secret: String? = secret,
        grantType: String? = "authorization_code"
    ) -> String {
        let pairs = [("appid", appid), ("secret", secret), ("js_code", code), ("grant_type", grantType)]
        return "/sns/jscode2session?"
            + pairs.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
    }

    /// Sends a request on a connection of its own and reads its reply.
    func send(_ method: String, _ target: String, _ body: String = "") async throws -> TestReply {
        let connection = try await open(method, target, body)
        let reply = try await connection.readReply()
        await connection.close()
        return reply
    }

    /// Sends a request on a connection of its own.
    func open(_ method: String, _ target: String, _ body: String = "") async throws -> RawConnection {
        let connection = try await RawConnection.connect(port: port)
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        try await connection.send("\(method) \(target) HTTP/1.1\r\nHost: sandbox\r\n\(length)\r\n\(body)")
        return connection
    }

    /// Gets an access token of the stable kind.
    func stableToken(appid: String = appid, secret: String = secret, forceRefresh: Bool? = nil) async throws -> String {
        try #require(
            try await stableTokenReply(appid: appid, secret: secret, forceRefresh: forceRefresh)
                .json()["access_token"]?.stringValue)
    }

    func stableTokenReply(
        appid: String = appid,
        secret: String = secret,
        forceRefresh: Bool? = nil
    ) async throws -> TestReply {
        let force = forceRefresh.map { #","force_refresh":\#($0)"# } ?? ""
        return try await post(
            "/cgi-bin/stable_token",
            #"{"grant_type":"client_credential","appid":"\#(appid)","secret":"\#(secret)"\#(force)}"#)
    }

    /// Logs a user in and gives their session_key.
    func sessionKey(of user: String) async throws -> String {
        let reply = try await exchange(try sandbox.makeLoginCode(for: user))
        return try #require(try reply.json()["session_key"]?.stringValue)
    }

    /// Posts a body, to the control plane or to an API.
    func post(_ path: String, _ body: String) async throws -> TestReply {
        try await send("POST", path, body)
    }
}

/// Serves a sandbox of one app, whose clock moves only when it is advanced, while `body` runs.
func withSandbox(
    apps: [SandboxApp] = [SandboxApp(appid: SandboxFixture.appid, secret: SandboxFixture.secret)],
    _ body: (SandboxFixture) async throws -> Void
) async throws {
    let log = InMemoryLogHandler()
    var logger = Logger(label: "test") { _ in log }
    logger.logLevel = .trace
    let sandbox = Sandbox(
        apps: apps,
        minimumKeyAge: .seconds(60),
        clock: .stopped(),
        logger: logger
    )
    let running = try await sandbox.start()
    do {
        try await body(SandboxFixture(sandbox: sandbox, port: running.port, log: log))
    } catch {
        await running.shutdown()
        throw error
    }
    await running.shutdown()
}

extension TestReply {
    /// WeChat's verdict; nil when the reply has none.
    var errcode: Int64? { try? json()["errcode"]?.integerValue }
}
