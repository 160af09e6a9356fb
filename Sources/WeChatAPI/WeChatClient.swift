import AsyncHTTPClient
public import Logging
public import NIOCore

/// A client of WeChat's server API, safe to share between tasks.
///
/// It keeps connections open between calls; end it with ``shutdown()``.
public final class WeChatClient: Redacted, Sendable {
    let configuration: WeChatConfiguration
    let logger: Logger
    let http: HTTPClient

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
    ///   - logger: Gets one `debug` message for each call.
    public init(
        configuration: WeChatConfiguration,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger = Logger(label: "wechat-api")
    ) {
        self.configuration = configuration
        self.logger = logger
        http = HTTPClient(eventLoopGroup: eventLoopGroup, configuration: .calling(configuration))
    }

    /// Closes the connections; calls under way and later ones fail with ``WeChatError/Code-swift.struct/shutdown``.
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
        try await perform(
            WeChatCall<CodeExchangeAnswer>(
                "code2Session", path: "/sns/jscode2session",
                query: [
                    "appid": configuration.appID, "secret": configuration.appSecret.exposed, "js_code": code.rawValue,
                    "grant_type": "authorization_code",
                ],
                repetition: .ifUnanswered,
                // There is no access token in this call: it is the AppSecret that is wrong.
                meanings: [40_001: .misconfigured])
        ).identity
    }
}
