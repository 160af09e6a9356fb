import Glibc
package import NIOCore
import NIOPosix

/// A TCP connection that sends exactly what a test says and reads what the server made of it.
///
/// ```swift
/// let connection = try await RawConnection.connect(port: server.port)
/// try await connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
/// #expect(try await connection.readReply().status == 200)
/// try await connection.finishSending()
/// #expect(try await connection.readToEnd().isEmpty)
/// ```
///
/// Every wait ends: by its result, by an error, or by ``RawConnectionError`` `.timedOut`. One read at a time.
public final class RawConnection: Sendable {
    /// How long a wait may last unless the call says otherwise.
    public static let defaultTimeout = Duration.seconds(10)

    private let channel: any Channel
    private let inbox: NIOLoopBound<Inbox>
    private let timeout: Duration

    private init(channel: any Channel, inbox: NIOLoopBound<Inbox>, timeout: Duration) {
        self.channel = channel
        self.inbox = inbox
        self.timeout = timeout
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - host: Default: `127.0.0.1`.
    ///   - port: Of the server.
    ///   - timeout: Bounds this and every later wait. Default: 10 s.
    /// - Returns: The connection.
    /// - Throws: An error of the socket, as when nobody listens.
    public static func connect(
        host: String = "127.0.0.1",
        port: Int,
        timeout: Duration = defaultTimeout
    ) async throws -> RawConnection {
        try await bootstrap(timeout).channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: host, port: port) { initialize($0, timeout) }
    }

    /// Connects to a unix domain socket.
    ///
    /// - Parameters:
    ///   - path: Of the socket file.
    ///   - timeout: Bounds this and every later wait. Default: 10 s.
    /// - Returns: The connection.
    /// - Throws: An error of the socket, as when nobody listens.
    public static func connect(
        unixSocket path: String,
        timeout: Duration = defaultTimeout
    ) async throws -> RawConnection {
        try await bootstrap(timeout).connect(unixDomainSocketPath: path) { initialize($0, timeout) }
    }

    /// Connects through handlers of the caller's, such as TLS.
    ///
    /// - Parameters:
    ///   - port: Of the server, on 127.0.0.1.
    ///   - timeout: Bounds this and every later wait. Default: 10 s.
    ///   - addHandlers: Adds them to the channel; what comes out of them is read.
    /// - Returns: The connection.
    /// - Throws: An error of the socket, as when nobody listens, and what `addHandlers` throws.
    package static func connect(
        port: Int,
        timeout: Duration = defaultTimeout,
        _ addHandlers: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> RawConnection {
        try await bootstrap(timeout).connect(host: "127.0.0.1", port: port) { channel in
            channel.eventLoop.makeCompletedFuture { try addHandlers(channel) }.flatMap { initialize(channel, timeout) }
        }
    }

    private static func bootstrap(_ timeout: Duration) -> ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            // The server may close its side and still read what this side has to say.
            .channelOption(.allowRemoteHalfClosure, value: true)
    }

    private static func initialize(
        _ channel: any Channel, _ timeout: Duration
    ) -> EventLoopFuture<RawConnection> {
        channel.eventLoop.makeCompletedFuture {
            let inbox = Inbox()
            try channel.pipeline.syncOperations.addHandler(inbox)
            let bound = NIOLoopBound(inbox, eventLoop: channel.eventLoop)
            return RawConnection(channel: channel, inbox: bound, timeout: timeout)
        }
    }

    // MARK: Sending

    /// Sends text as UTF-8; returns when the operating system has taken all of it.
    ///
    /// - Parameters:
    ///   - text: Sent as it is: line ends are the caller's.
    ///   - timeout: Default: the connection's.
    /// - Throws: ``RawConnectionError`` `.timedOut` when the peer does not read, `.closed` when it is gone. What is
    ///   left unsent at a timeout is sent when the peer reads on.
    public func send(_ text: String, timeout: Duration? = nil) async throws {
        try await send(Array(text.utf8), timeout: timeout)
    }

    /// Sends bytes; returns when the operating system has taken all of them.
    ///
    /// - Parameters:
    ///   - bytes: Sent as they are.
    ///   - timeout: Default: the connection's.
    /// - Throws: ``RawConnectionError`` `.timedOut` when the peer does not read, `.closed` when it is gone. What is
    ///   left unsent at a timeout is sent when the peer reads on.
    public func send(_ bytes: [UInt8], timeout: Duration? = nil) async throws {
        let written = channel.eventLoop.makePromise(of: Void.self)
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: written)
        try await bounded(written.futureResult, "room to send \(bytes.count) bytes", by: timeout)
    }

    /// Closes this side: the server reads to an end and may still answer.
    ///
    /// - Throws: ``RawConnectionError`` `.closed` when the peer is gone, `.timedOut` when it does not read.
    public func finishSending() async throws {
        try await bounded(channel.close(mode: .output), "half-close", by: nil)
    }

    // MARK: Receiving

    /// Reads one reply by its own framing; an interim one, such as 100, is a reply of its own.
    ///
    /// - Parameters:
    ///   - toHead: Whether the request was HEAD, so that the reply has no content. Default: false.
    ///   - timeout: Default: the connection's.
    /// - Returns: The reply.
    /// - Throws: ``RawConnectionError`` `.malformedReply`, `.closed` or `.reset` when the connection ended first, or
    ///   `.timedOut`.
    public func readReply(toHead: Bool = false, timeout: Duration? = nil) async throws -> TestReply {
        let parser = ReplyParser(isHead: toHead)
        return try await wait(for: "reply", timeout) { bytes, isEnded in
            try parser.take(from: &bytes, isEnded: isEnded)
        }
    }

    /// Reads exactly this many bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - timeout: Default: the connection's.
    /// - Returns: The bytes.
    /// - Throws: ``RawConnectionError`` `.closed` or `.reset` when the connection ended first, or `.timedOut`.
    public func read(_ count: Int, timeout: Duration? = nil) async throws -> [UInt8] {
        try await wait(for: "\(count) bytes", timeout) { bytes, _ in bytes.readBytes(length: count) }
    }

    /// Reads until the server closes its side.
    ///
    /// - Parameter timeout: Default: the connection's.
    /// - Returns: What was left to read.
    /// - Throws: ``RawConnectionError`` `.reset` when the connection broke in place of ending, or `.timedOut`.
    public func readToEnd(timeout: Duration? = nil) async throws -> [UInt8] {
        try await wait(for: "end", timeout) { bytes, isEnded in
            isEnded ? bytes.readBytes(length: bytes.readableBytes) : nil
        }
    }

    /// Stops to read from the socket, as a client that hangs does, or goes on.
    ///
    /// - Parameter isReading: Whether bytes are taken from the socket.
    /// - Throws: ``RawConnectionError`` `.closed` when the connection is gone.
    public func setReading(_ isReading: Bool) async throws {
        try await bounded(channel.setOption(.autoRead, value: isReading), "option", by: nil)
    }

    // MARK: Ends

    /// Closes both sides.
    ///
    /// Closing twice is closing once.
    public func close() async {
        try? await channel.close().get()
    }

    /// Resets the connection: the server sees an error, not an end.
    ///
    /// - Throws: ``RawConnectionError`` `.closed` when the connection is gone.
    public func reset() async throws {
        guard let socket = channel as? any SocketOptionProvider else { return }
        try await bounded(socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)), "option", by: nil)
        await close()
    }

    // MARK: Waiting

    private func wait<Value: Sendable>(
        for what: String,
        _ timeout: Duration?,
        _ take: @escaping @Sendable (inout ByteBuffer, Bool) throws -> Value?
    ) async throws -> Value {
        let (loop, inbox, timeout) = (channel.eventLoop, inbox, timeout ?? self.timeout)
        return try await loop.flatSubmit { inbox.value.wait(for: what, on: loop, within: timeout, take) }.get()
    }

    private func bounded(_ future: EventLoopFuture<Void>, _ what: String, by timeout: Duration?) async throws {
        let timeout = timeout ?? self.timeout
        let promise = channel.eventLoop.makePromise(of: Void.self)
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            promise.fail(RawConnectionError(.timedOut, "no \(what) in \(timeout)"))
        }
        future.whenComplete { result in
            timer.cancel()
            switch result {
            case .success: promise.succeed()
            case .failure(let error): promise.fail(RawConnectionError(.closed, "\(what): \(error)"))
            }
        }
        try await promise.futureResult.get()
    }

    deinit {
        channel.close(promise: nil)
    }
}
