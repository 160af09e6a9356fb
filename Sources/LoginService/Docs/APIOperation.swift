import KoaKit
import NIOHTTP1

/// A route as the OpenAPI document describes it.
struct APIOperation: Sendable {
    /// What a reader of the document knows the route by.
    enum Tag: String, CaseIterable {
        case login
        case user
        case sessions
        case seeds
        case weChat = "wechat"
        case operations
    }

    /// Where a token may stand.
    enum TokenPlace {
        case nowhere
        case header
        case headerOrQuery
    }

    /// What a request that did not fail is answered with.
    enum Reply {
        /// The envelope, with this schema of `data`.
        case enveloped(JSONValue)
        /// The envelope without `data`.
        case success
        /// JSON of another shape.
        case plain(JSONValue)
        /// Something else, of this media type.
        case content(String)
    }

    let method: HTTPMethod
    /// The pattern, as the router has it.
    let path: String
    /// Names it for generated clients.
    let id: String
    let tag: Tag
    let summary: APIText
    var description: APIText?
    var token = TokenPlace.nowhere
    var query: [(name: String, schema: JSONValue)] = []
    /// The schema of the JSON body; nil where there is none.
    var body: JSONValue?
    let reply: Reply
    /// Whether failures of business have the shape of the reply, and not that of the envelope.
    var hasOwnFailures = false
    /// What it may fail with beside what every route may fail with.
    var failures: [Failure.Code] = []
}

/// A text in the two languages of the readers.
struct APIText: Sendable {
    let english: String
    let chinese: String

    init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    /// The member of a document for English, and the extension beside it for Chinese.
    func members(_ name: String) -> [JSONMember] {
        [JSONMember(name, .string(english)), JSONMember("x-\(name)-zh", .string(chinese))]
    }
}
