import KoaKit
import KoaTesting
import NIOCore
import NIOHPACK

/// A client of HTTP/2 that sends exactly the frames that a test says, and reads those that the server made of them.
final class HTTP2Peer {
    struct Frame {
        enum Kind: UInt8 {
            case data, headers, priority, reset, settings, push, ping, goAway, windowUpdate, continuation
        }

        var kind: Kind
        var flags: UInt8 = 0
        var stream: UInt32 = 0
        var payload: [UInt8] = []

        var endsStream: Bool { flags & 1 == 1 && (kind == .data || kind == .headers) }

        /// The error code of RST_STREAM and GOAWAY.
        var code: UInt8? { kind == .reset ? payload[3] : kind == .goAway ? payload[7] : nil }
    }

    struct Reply {
        var status = 0
        var headers = HPACKHeaders()
        var content: [UInt8] = []
        /// Of the RST_STREAM that ended it, or came after its end.
        var resetCode: UInt8?

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    let connection: RawConnection
    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var nextStream: UInt32 = 1

    private init(_ connection: RawConnection) { self.connection = connection }

    /// Connects and exchanges settings.
    static func connect(_ tls: TLSFixture, _ server: Server) async throws -> HTTP2Peer {
        let peer = HTTP2Peer(try await tls.connect(server, offering: ["h2"]))
        try await peer.connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        try await peer.send(Frame(kind: .settings))
        return peer
    }

    // MARK: Frames

    func send(_ frames: Frame...) async throws { try await connection.send(frames.flatMap(Self.bytes)) }

    func send(_ frames: [Frame]) async throws { try await connection.send(frames.flatMap(Self.bytes)) }

    /// The next frame but for SETTINGS, which is acknowledged, and WINDOW_UPDATE.
    func read(timeout: Duration? = nil) async throws -> Frame {
        while true {
            let head = try await connection.read(9, timeout: timeout)
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            let payload = try await connection.read(length, timeout: timeout)
            let stream = UInt32(head[5] & 0x7F) << 24 | UInt32(head[6]) << 16 | UInt32(head[7]) << 8 | UInt32(head[8])
            guard let kind = Frame.Kind(rawValue: head[3]) else { continue }
            let frame = Frame(kind: kind, flags: head[4], stream: stream, payload: payload)
            switch kind {
            case .settings: if frame.flags & 1 == 0 { try await send(Frame(kind: .settings, flags: 1)) }
            case .windowUpdate: continue
            default: return frame
            }
        }
    }

    private static func bytes(_ frame: Frame) -> [UInt8] {
        let (length, id) = (frame.payload.count, frame.stream)
        let head: [UInt8] = [
            UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), frame.kind.rawValue, frame.flags,
            UInt8(id >> 24), UInt8(id >> 16 & 0xFF), UInt8(id >> 8 & 0xFF), UInt8(id & 0xFF),
        ]
        return head + frame.payload
    }

    // MARK: Requests

    /// The HEADERS frame of a request, on the next stream.
    func request(
        _ method: String = "GET", _ path: String, _ fields: [(String, String)] = [], authority: String? = "a",
        isWhole: Bool = true
    ) throws -> Frame {
        var headers: [(String, String)] = [(":method", method), (":scheme", "https"), (":path", path)]
        if let authority { headers.append((":authority", authority)) }
        return try request(block: headers + fields, isWhole: isWhole)
    }

    func request(block: [(String, String)], isWhole: Bool = true) throws -> Frame {
        var buffer = ByteBuffer()
        try encoder.encode(headers: HPACKHeaders(block), to: &buffer)
        defer { nextStream += 2 }
        return Frame(
            kind: .headers, flags: isWhole ? 5 : 4, stream: nextStream, payload: Array(buffer.readableBytesView))
    }

    func exchange(_ frame: Frame) async throws -> Reply {
        try await send(frame)
        return try await readReply(to: frame)
    }

    /// Reads until the stream has ended, or its connection has.
    func readReply(to request: Frame, timeout: Duration? = nil) async throws -> Reply {
        var reply = Reply()
        while true {
            let frame = try await read(timeout: timeout)
            guard frame.stream == request.stream else {
                if frame.kind == .goAway { continue }
                throw Surprise.otherStream(frame.stream)
            }
            switch frame.kind {
            case .headers:
                var buffer = ByteBuffer(bytes: frame.payload)
                reply.headers = try decoder.decodeHeaders(from: &buffer)
                reply.status = reply.headers.first(name: ":status").flatMap { Int($0) } ?? 0
                if reply.status < 200 { return reply }
            case .data: reply.content += frame.payload
            case .reset:
                reply.resetCode = frame.code
                return reply
            default: break
            }
            if frame.endsStream { return reply }
        }
    }

    /// Reads until the server says goodbye, and says why.
    func readGoAway() async throws -> UInt8? {
        while true {
            let frame = try await read()
            if frame.kind == .goAway { return frame.code }
        }
    }

    enum Surprise: Error { case otherStream(UInt32) }
}
