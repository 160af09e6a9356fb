public import FoundationEssentials

/// A call that the sandbox received, as `GET /sandbox/calls` lists it.
public struct SandboxCall: Hashable, Sendable {
    /// What became of the call.
    ///
    /// It is settled when the call arrives, before any delay.
    public enum Outcome: Hashable, Sendable {
        /// WeChat's answer, without an error.
        case success
        /// WeChat's answer, with this errcode.
        case refused(errcode: Int)
        /// No proper answer: a fault stood in its place. ``SandboxCall/fault`` says which.
        case misbehaved
    }

    /// The sandbox's own time when the call arrived.
    public let time: Date
    /// The method of the request.
    public let method: String
    /// The path of the request.
    public let path: String
    /// The query, with every value masked that may be a secret or a code.
    public let query: String
    /// The JSON body, masked like the query; nil when there was none.
    public let body: String?
    /// What became of it.
    public let outcome: Outcome
    /// The fault that was injected into this call, nil when there was none.
    public let fault: Fault.Kind?
}
