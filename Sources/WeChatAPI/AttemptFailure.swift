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
    enum Retry {
        case no
        /// On another connection: this one was closed before any answer, as an idle one may be at any moment.
        case atOnce
        /// WeChat is busy: give it a moment.
        case afterPause
    }

    let error: WeChatError
    let retry: Retry

    /// The failure for WeChat's refusal.
    init(errcode: Int) {
        // Whether a busy WeChat has used up the code is undocumented.
        let isBusy = WeChatError.Code(errcode: errcode) == .busy
        self.init(
            error: WeChatError(errcode: errcode, isAmbiguous: isBusy), retry: isBusy ? .afterPause : .no)
    }

    /// The failure of a reply that holds no verdict.
    init(_ fault: MalformedReply) {
        self.init(error: WeChatError(.malformedReply, isAmbiguous: true, underlying: fault), retry: .no)
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
        // Sending the code again after a lost answer loses nothing: if the first request did use it up, its identity
        // is gone either way, and the second answer (40163) says so.
        let isWorthRetrying = code == .unreachable && Self.isClosedConnection(cause)
        self.init(
            error: WeChatError(code, isAmbiguous: progress.isSent, underlying: underlying),
            retry: isWorthRetrying ? .atOnce : .no)
    }

    private init(error: WeChatError, retry: Retry) {
        self.error = error
        self.retry = retry
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

    private static func isClosedConnection(_ cause: any Error) -> Bool {
        switch cause {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
        case is ChannelError: true
        default: false
        }
    }
}
