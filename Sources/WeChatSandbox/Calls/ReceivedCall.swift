import FoundationEssentials
import KoaKit
import NIOCore
import NIOHTTP1

/// A call as it arrived, secrets masked, before anyone knows what becomes of it.
struct ReceivedCall: Sendable {
    private static let longestPath = 256

    private let method: String
    private let path: String
    private let query: String
    private let body: String?

    init(_ request: Request, body: ByteBuffer) {
        method = request.method.rawValue
        path = String(request.path.prefix(Self.longestPath))
        query = MaskedQuery.mask(request.querystring)
        self.body = MaskedBody.mask(body)
    }

    func call(at time: Date, outcome: SandboxCall.Outcome, fault: Fault.Kind?) -> SandboxCall {
        SandboxCall(time: time, method: method, path: path, query: query, body: body, outcome: outcome, fault: fault)
    }
}
