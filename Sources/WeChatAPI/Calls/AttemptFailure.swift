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

/// Why one attempt failed, and whether another one makes sense.
struct AttemptFailure: Error {
    let error: WeChatError
    /// Whether the connection was closed before any answer, as an idle one may be at any moment: another one may do.
    let isIdleClose: Bool

    /// Whether the same call may succeed a moment later.
    var isPassing: Bool {
        switch error.code {
        case .busy, .unreachable: true
        // A gateway in between; anything else that is not JSON stays so.
        case .malformedReply: if case .status(500...599)? = error.underlying as? MalformedReply { true } else { false }
        default: false
        }
    }

    /// The failure for WeChat's refusal.
    ///
    /// - Parameters:
    ///   - errcode: WeChat's number.
    ///   - meaning: What it means in this call, if that is something else than elsewhere.
    init(errcode: Int, meaning: WeChatError.Code? = nil) {
        let code = meaning ?? WeChatError.Code(errcode: errcode)
        // Whether a busy WeChat has used up the code is undocumented.
        let error = WeChatError(code: code, errcode: errcode, isAmbiguous: code == .busy)
        self.init(error: error, isIdleClose: false)
    }

    /// The failure of a reply that holds no verdict.
    init(_ fault: MalformedReply) {
        self.init(error: WeChatError(.malformedReply, isAmbiguous: true, underlying: fault), isIdleClose: false)
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
            isIdleClose: code == .unreachable && Self.isClosedIdly(cause, isSent: progress.isSent))
    }

    private init(error: WeChatError, isIdleClose: Bool) {
        self.error = error
        self.isIdleClose = isIdleClose
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
