import KoaKit
import NIOCore
import NIOHTTP1

/// A call to WeChat's API, read whole: all that its answer depends on.
struct APICall: Sendable {
    let query: Query
    /// The address that the call came from.
    let clientAddress: String
    let received: ReceivedCall
    private let method: HTTPMethod
    private let body: ByteBuffer

    init(_ request: Request) async throws {
        method = request.method
        query = request.query
        clientAddress = request.ip
        body = try await request.bytes()
        received = ReceivedCall(request, body: body)
    }

    /// A parameter of the query; empty is what WeChat takes for missing.
    func parameter(_ name: String, orThrow missing: Refusal) throws(Refusal) -> String {
        guard let value = query[name], !value.isEmpty else { throw missing }
        return value
    }

    func requireGET() throws(Refusal) {
        guard method == .GET else { throw .needsGET }
    }

    /// The JSON object that was posted.
    ///
    /// - Throws: 43002 for a GET, 44002 without a body, 47001 when the body is something else, or holds the
    ///   access_token, which belongs in the query.
    func postedObject() throws(Refusal) -> PostedObject {
        guard method == .POST else { throw .needsPOST }
        guard body.readableBytes > 0 else { throw .emptyBody }
        guard let value = try? JSONValue(parsing: body), case .object = value, value["access_token"] == nil else {
            throw .badBody
        }
        return PostedObject(value: value)
    }
}

/// The JSON object that a call posted.
struct PostedObject {
    let value: JSONValue

    /// The text of a member; nil when it is missing, empty or no text, which is all one to WeChat.
    func text(_ name: String) -> String? {
        value[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    func text(_ name: String, orThrow missing: Refusal) throws(Refusal) -> String {
        guard let text = text(name) else { throw missing }
        return text
    }
}
