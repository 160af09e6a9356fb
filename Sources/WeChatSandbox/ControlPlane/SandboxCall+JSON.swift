import FoundationEssentials
import KoaKit

extension SandboxCall {
    /// As `GET /sandbox/calls` lists it.
    var json: JSONValue {
        var members = [
            JSONMember("time", .string(time.timestamp)), JSONMember("method", .string(method)),
            JSONMember("path", .string(path)), JSONMember("query", .string(query)),
        ]
        if let body { members.append(JSONMember("body", .string(body))) }
        switch outcome {
        case .success: members.append(JSONMember("outcome", "ok"))
        case .refused(let errcode):
            members.append(JSONMember("outcome", "refused"))
            members.append(JSONMember("errcode", .integer(Int64(errcode))))
        case .misbehaved: members.append(JSONMember("outcome", "misbehaved"))
        }
        if let fault { members.append(JSONMember("fault", .string(fault.rawValue))) }
        return .object(members)
    }
}

extension Date {
    /// As in RFC 3339, with milliseconds, in UTC.
    var timestamp: String {
        formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
