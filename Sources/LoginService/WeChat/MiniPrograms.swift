import KoaKit
import NIOHTTP1

/// The mini programs of a service; the first one is meant where none is named.
struct MiniPrograms: Sendable {
    /// In which header a client names its mini program, as WeChat's own gateway does.
    static let header = "X-WX-APPID"

    /// As the settings have them; at least one.
    let all: [MiniProgram]
    private let byID: [String: MiniProgram]

    init(_ all: [MiniProgram]) {
        precondition(!all.isEmpty, "a service has a mini program")
        self.all = all
        byID = Dictionary(all.map { ($0.appID, $0) }) { first, _ in first }
    }

    var `default`: MiniProgram { all[0] }

    /// The mini program with an AppID; nil when it is none of ours.
    subscript(appID: String) -> MiniProgram? { byID[appID] }

    /// The mini program that a session belongs to; nil when the settings no longer have it.
    func program(of session: Session) -> MiniProgram? {
        session.owner.appID.map { byID[$0] } ?? `default`
    }

    /// The mini program that a client says it is.
    ///
    /// A lie gets nobody in: WeChat refuses the code of another mini program.
    ///
    /// - Parameters:
    ///   - request: Its header may name one.
    ///   - field: What the body or the query says. Default: nothing.
    /// - Returns: The default one when none is named.
    /// - Throws: ``Failure`` 10002 for one that is not ours, and for two different ones.
    func named(by request: Request, field: String? = nil) throws(Failure) -> MiniProgram {
        var name = field
        for value in request.headers[Self.header] {
            guard name == nil || name == value else {
                throw .invalidParameter("appid and \(Self.header) name two mini programs")
            }
            name = value
        }
        guard let name else { return `default` }
        guard let program = byID[name] else {
            throw .invalidParameter("appid names no mini program of this service")
        }
        return program
    }
}
