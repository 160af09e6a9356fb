import KoaKit
import NIOCore
public import NIOHTTP1
import Synchronization

/// A client of an application under test; see `Application.test(over:_:)`, and ``init(port:)`` for a server that runs
/// elsewhere.
///
/// Requests may run at once: over a socket, each takes a connection that is idle or opens one, and a connection that
/// the server keeps alive is used again.
public final class TestClient: Sendable {
    private enum Route: Sendable {
        case inProcess(InProcessResponder)
        case socket(port: Int)
    }

    private let route: Route
    private let idle = Mutex<[RawConnection]>([])

    init(_ responder: InProcessResponder) {
        route = .inProcess(responder)
    }

    /// Creates a client of a server on this machine, whoever started it.
    ///
    /// - Parameter port: On 127.0.0.1.
    public init(port: Int) {
        route = .socket(port: port)
    }

    /// Sends one request and reads its reply.
    ///
    /// `Host` and, with a body, `Content-Length` are added unless `headers` holds them.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The request target, query included, as it goes over the wire.
    ///   - headers: Header fields. Default: none.
    ///   - body: The body. Default: none.
    /// - Returns: The final reply.
    /// - Throws: ``RawConnectionError`` when the application cut the connection, did not answer within 10 s, or sent
    ///   what is not HTTP.
    public func request(
        _ method: HTTPMethod,
        _ path: String,
        headers: HTTPHeaders = [:],
        body: TestBody = .none
    ) async throws -> TestReply {
        let content = body.buffer
        let head = Self.head(method, path, headers, body, length: content?.readableBytes)
        switch route {
        case .inProcess(let responder):
            guard var bytes = await responder.reply(to: head, content: content ?? ByteBuffer()) else {
                throw RawConnectionError(.reset, "the application cut the connection")
            }
            guard let reply = try ReplyParser(isHead: method == .HEAD).take(from: &bytes, isEnded: true) else {
                throw RawConnectionError(.closed, "the application cut the connection")
            }
            return reply
        case .socket(let port):
            return try await exchange(head, content, port: port)
        }
    }

    /// Ends the idle connections.
    public func close() async {
        let connections = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for connection in connections { await connection.close() }
    }

    private func exchange(_ head: HTTPRequestHead, _ content: ByteBuffer?, port: Int) async throws -> TestReply {
        var bytes = Array("\(head.method.rawValue) \(head.uri) HTTP/1.1\r\n".utf8)
        for (name, value) in head.headers { bytes += Array("\(name): \(value)\r\n".utf8) }
        bytes += [0x0D, 0x0A]
        if let content { bytes += content.readableBytesView }

        let connection: RawConnection
        if let reused = idle.withLock({ $0.popLast() }) {
            connection = reused
        } else {
            connection = try await RawConnection.connect(port: port)
        }
        try await connection.send(bytes)
        var reply = try await connection.readReply(toHead: head.method == .HEAD)
        while reply.status < 200 { reply = try await connection.readReply(toHead: head.method == .HEAD) }
        if reply.headers[canonicalForm: "connection"].contains("close") {
            await connection.close()
        } else {
            idle.withLock { $0.append(connection) }
        }
        return reply
    }

    private static func head(
        _ method: HTTPMethod,
        _ path: String,
        _ headers: HTTPHeaders,
        _ body: TestBody,
        length: Int?
    ) -> HTTPRequestHead {
        var headers = headers
        if !headers.contains(name: "host") { headers.add(name: "Host", value: "localhost") }
        if let length, !headers.contains(name: "content-length") {
            headers.add(name: "Content-Length", value: String(length))
        }
        if case .json = body, !headers.contains(name: "content-type") {
            headers.add(name: "Content-Type", value: "application/json")
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }
}
