import AsyncHTTPClient
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why one attempt failed, and whether a second one makes sense.
struct AttemptFailure: Error {
    let error: WeChatError
    /// Whether the connection was closed before any answer, as an idle one may be at any moment: another one may do.
    let isWorthRetrying: Bool

    /// The failure for WeChat's refusal.
    init(errcode: Int) {
        // Whether a busy WeChat has used up the code is undocumented.
        let isBusy = WeChatError.Code(errcode: errcode) == .busy
        self.init(error: WeChatError(errcode: errcode, isAmbiguous: isBusy), isWorthRetrying: false)
    }

    /// The failure of a reply that holds no verdict.
    init(_ fault: MalformedReply) {
        self.init(error: WeChatError(.malformedReply, isAmbiguous: true, underlying: fault), isWorthRetrying: false)
    }

    /// The failure for what AsyncHTTPClient threw.
    ///
    /// - Parameters:
    ///   - cause: What it threw.
    ///   - progress: How far the request had come.
    ///   - isCancelled: Whether the calling task is cancelled.
    init(_ cause: any Error, progress: ReplyCollector.Progress, isCancelled: Bool) {
        if let fault = cause as? MalformedReply {
            self.init(fault)
            return
        }
        let code = Self.code(for: cause, isAnswered: progress.isAnswered, isCancelled: isCancelled)
        let underlying = code == .malformedReply ? Self.fault(for: cause) : cause
        self.init(
            error: WeChatError(code, isAmbiguous: progress.isSent, underlying: underlying),
            isWorthRetrying: code == .unreachable && Self.isClosedIdly(cause, isSent: progress.isSent))
    }

    private init(error: WeChatError, isWorthRetrying: Bool) {
        self.error = error
        self.isWorthRetrying = isWorthRetrying
    }

    private static func code(for cause: any Error, isAnswered: Bool, isCancelled: Bool) -> WeChatError.Code {
        switch cause as? HTTPClientError {
        case .cancelled?:
            // Shutting the client down cancels its requests too.
            return isCancelled ? .cancelled : .shutdown
        case .alreadyShutdown?:
            return .shutdown
        case .deadlineExceeded?, .connectTimeout?, .tlsHandshakeTimeout?, .getConnectionFromPoolTimeout?:
            return .timeout
        default:
            break
        }
        if case .connectTimeout? = cause as? ChannelError { return .timeout }
        return isAnswered || cause is HTTPParserError ? .malformedReply : .unreachable
    }

    private static func fault(for cause: any Error) -> MalformedReply {
        guard let parserError = cause as? HTTPParserError, parserError != .invalidEOFState else { return .truncated }
        return .notHTTP
    }

    /// Tells a connection that WeChat closed while it was idle from one that broke under the request.
    ///
    /// An idle close is orderly. A reset after the request was sent may have used up the code: the caller is told.
    private static func isClosedIdly(_ cause: any Error, isSent: Bool) -> Bool {
        switch cause {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: !isSent && (error.errnoCode == ECONNRESET || error.errnoCode == EPIPE)
        case is ChannelError: !isSent
        default: false
        }
    }
}
