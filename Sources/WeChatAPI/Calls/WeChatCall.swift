import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One call of WeChat's API: what is asked, and how the answer is understood.
struct WeChatCall<Answer: Decodable & Sendable>: Sendable {
    /// Names the call in a log.
    let name: String
    /// The path and the query, which may hold the app secret, a code and a token.
    let target: Secret<String>
    /// The JSON to post; nil for a GET.
    let body: Secret<ByteBuffer>?
    let repetition: Repetition
    /// The meaning of WeChat's numbers where it is another than ``WeChatError/Code-swift.struct/init(errcode:)`` says.
    let meanings: [Int: WeChatError.Code]

    /// - Parameters:
    ///   - name: Names the call in a log.
    ///   - path: Begins with a slash.
    ///   - query: Encoded here.
    ///   - body: Encoded as JSON and posted. Default: nothing, which makes it a GET.
    ///   - repetition: When the call may be made again.
    ///   - meanings: Of errcodes that mean something else here than elsewhere.
    init(
        _ name: String,
        path: String,
        query: KeyValuePairs<String, String> = [:],
        body: (any Encodable)? = nil,
        repetition: Repetition,
        meanings: [Int: WeChatError.Code] = [:]
    ) {
        self.name = name
        let pairs = query.map { "\($0)=\(WireText.percentEncoded($1))" }
        target = Secret(pairs.isEmpty ? path : "\(path)?\(pairs.joined(separator: "&"))")
        self.body = body.map { body in
            // What is posted here are flat structs of text, which always can be encoded.
            Secret(ByteBuffer(bytes: (try? JSONEncoder().encode(body)) ?? Data()))
        }
        self.repetition = repetition
        self.meanings = meanings
    }

    /// When a call that failed may be made again within its time.
    enum Repetition: Sendable {
        /// Once, and only when the connection was closed before an answer, as an idle one may be at any moment: for
        /// what uses something up.
        case ifUnanswered
        /// Twice, after a pause, whenever WeChat was busy or gave no answer: for what changes nothing.
        case idempotent

        /// How often the call is made at most.
        var attempts: Int {
            switch self {
            case .ifUnanswered: 2
            case .idempotent: 3
            }
        }

        func allows(_ failure: AttemptFailure) -> Bool {
            switch self {
            case .ifUnanswered: failure.isIdleClose
            case .idempotent: failure.isPassing
            }
        }

        /// How long to wait before attempt number 2 or 3; random, so that callers do not come back together.
        func pause(before attempt: Int) -> Duration {
            switch self {
            case .ifUnanswered: .zero
            case .idempotent: .milliseconds(Int.random(in: 50...150) << (attempt - 2))
            }
        }
    }
}
