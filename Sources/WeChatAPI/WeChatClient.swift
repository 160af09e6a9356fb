import AsyncHTTPClient
public import Logging
public import NIOCore

/// A client of WeChat's server API, safe to share between tasks.
///
/// It keeps connections open between calls; end it with ``shutdown()``.
public final class WeChatClient: Redacted, Sendable {
    private let configuration: WeChatConfiguration
    private let logger: Logger
    private let http: HTTPClient
    // Everything of the URL before the code. It holds the app secret, hence its type.
    private let exchangeURL: Secret<String>

    /// The address it calls, and nothing else.
    ///
    /// A mirror would reach into live connections, and read them while they are in use.
    public var redactedDescription: String { "WeChatClient(\(configuration.baseURL))" }

    /// Makes a client; connections are opened when they are needed.
    ///
    /// - Parameters:
    ///   - configuration: Where WeChat is, and as whom to call it.
    ///   - eventLoopGroup: Runs the connections; it must outlive the client. A call made on one of its event loops
    ///     prefers a connection on that loop.
    ///   - logger: Gets one `debug` message for each exchange.
    public init(
        configuration: WeChatConfiguration,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger = Logger(label: "wechat-api")
    ) {
        self.configuration = configuration
        self.logger = logger
        http = HTTPClient(eventLoopGroup: eventLoopGroup, configuration: .calling(configuration))
        let appID = WireText.percentEncoded(configuration.appID)
        let secret = WireText.percentEncoded(configuration.appSecret.exposed)
        exchangeURL = Secret("\(configuration.baseURL)/sns/jscode2session?appid=\(appID)&secret=\(secret)&js_code=")
    }

    /// Closes the connections; exchanges under way and later ones fail with ``WeChatError/Code-swift.struct/shutdown``.
    ///
    /// Call it before the last reference to the client goes away. Calling it again does nothing.
    public func shutdown() async {
        // What it throws is "already shut down": a clean close is not asked for.
        try? await http.shutdown()
    }

    /// Exchanges a login code for the identity of its user.
    ///
    /// WeChat accepts a code once. When it closes a kept connection in an orderly way before it answers, the call is
    /// made once more within the same total time. If the first call did use up the code, the second is refused as
    /// ``WeChatError/Code-swift.struct/codeUsed`` or ``WeChatError/Code-swift.struct/invalidCode`` with
    /// ``WeChatError/isAmbiguous`` set, which asks for a fresh login like any other refusal of these two.
    /// A call that timed out, was reset or met a busy WeChat (-1) is not made again: whether it used up the code is
    /// not known, and the mini program, which can get another code, decides.
    ///
    /// - Parameter code: From `wx.login`; used at most once, valid for five minutes.
    /// - Returns: The open ID, the session key, and the union ID if WeChat gave one.
    /// - Throws: ``WeChatError``: a refusal with its errcode, or why there is no usable answer. Cancelling the task
    ///   closes the connection in use and throws ``WeChatError/Code-swift.struct/cancelled``.
    /// - SeeAlso: WeChat Mini Program API, auth.code2Session.
    public func exchange(code: LoginCode) async throws(WeChatError) -> WeChatIdentity {
        let start = NIODeadline.now()
        let deadline = start + TimeAmount(configuration.timeout)
        var attempts = 1
        do throws(WeChatError) {
            let identity = try await exchange(code, by: deadline, attempts: &attempts)
            log("login code exchanged", since: start, attempts: attempts)
            return identity
        } catch {
            log("login code not exchanged", since: start, attempts: attempts, error: error)
            throw error
        }
    }

    private func exchange(
        _ code: LoginCode, by deadline: NIODeadline, attempts: inout Int
    ) async throws(WeChatError) -> WeChatIdentity {
        let failure: AttemptFailure
        do throws(AttemptFailure) {
            return try await attempt(code, by: deadline)
        } catch {
            failure = error
        }
        guard failure.isWorthRetrying else { throw failure.error }
        attempts = 2
        do throws(AttemptFailure) {
            return try await attempt(code, by: deadline)
        } catch {
            throw failure.error.isAmbiguous ? error.error.afterEarlierAttempt : error.error
        }
    }

    private func attempt(_ code: LoginCode, by deadline: NIODeadline) async throws(AttemptFailure) -> WeChatIdentity {
        let collector = ReplyCollector(limit: configuration.maximumReplyBytes)
        let body: ByteBuffer
        do {
            body = try await get(
                "\(exchangeURL.exposed)\(WireText.percentEncoded(code.rawValue))&grant_type=authorization_code",
                collector, by: deadline)
        } catch {
            throw AttemptFailure(error, progress: collector.progress, isCancelled: Task.isCancelled)
        }
        let reply: CodeExchangeReply
        do throws(MalformedReply) {
            reply = try CodeExchangeReply(body: body)
        } catch {
            throw AttemptFailure(error)
        }
        switch reply {
        case .identity(let identity): return identity
        case .refusal(let errcode): throw AttemptFailure(errcode: errcode)
        }
    }

    private func get(_ url: String, _ collector: ReplyCollector, by deadline: NIODeadline) async throws -> ByteBuffer {
        if Task.isCancelled { throw HTTPClientError.cancelled }
        // No logger and no tracer go with the request: both would see the URL, and the secret in it.
        let task = http.execute(request: try HTTPClient.Request(url: url), delegate: collector, deadline: deadline)
        return try await withTaskCancellationHandler {
            try await task.get()
        } onCancel: {
            task.cancel()
        }
    }

    private func log(_ message: Logger.Message, since start: NIODeadline, attempts: Int, error: WeChatError? = nil) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            "wechat.duration": "\(Duration(NIODeadline.now() - start))", "wechat.attempts": "\(attempts)",
        ]
        if let error { metadata["error"] = "\(error)" }
        logger.debug(message, metadata: metadata)
    }
}
