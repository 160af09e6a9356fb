import KoaKit
import NIOHTTP1

/// The OpenAPI 3.1 document of what a node serves.
///
/// It is made of the router's own routes, so that it has all that is served and nothing that is switched off. One that
/// nobody has described is marked by `x-undescribed`, for a test to find.
struct OpenAPIDocument {
    let envelope: Envelope
    let routes: [Route]

    /// The document.
    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": .object(
                [JSONMember("title", "wechat-login"), JSONMember("version", "1.0.0")]
                    + APIText(
                        "Login for WeChat mini programs. Send the token of a login as the header token, or as a bearer "
                            + "token; on code 10001 call wx.login again, on a 5xx wait and repeat.",
                        "微信小程序登录服务。登录得到的 token 放在请求头 token 或 Authorization: Bearer 中；"
                            + "遇到 code 10001 请重新调用 wx.login，遇到 5xx 请稍后重试。"
                    ).members("description")),
            "tags": .array(APIOperation.Tag.allCases.map { ["name": .string($0.rawValue)] }),
            "paths": paths,
            "components": ["schemas": Self.schemas, "securitySchemes": Self.securitySchemes],
        ]
    }

    private var paths: JSONValue {
        var paths: [(path: String, members: [JSONMember])] = []
        for route in routes.sorted(by: { Self.place(of: $0) < Self.place(of: $1) }) {
            let pattern = Self.pattern(of: route)
            let path = pattern.replacing(/:([a-z]+)/) { "{\($0.1)}" }
            let members = route.methods.map { method -> JSONMember in
                let operation = APIOperation.all.first { $0.method == method && $0.path == pattern }
                return JSONMember(method.rawValue.lowercased(), operation.map(json) ?? Self.undescribed)
            }
            if let index = paths.firstIndex(where: { $0.path == path }) {
                paths[index].members += members
            } else {
                paths.append((path, members))
            }
        }
        return .object(paths.map { JSONMember($0.path, .object($0.members)) })
    }

    /// Where its description stands among all, so that the document has the same order at every start.
    private static func place(of route: Route) -> Int {
        APIOperation.all.firstIndex { $0.path == pattern(of: route) && route.methods.contains($0.method) } ?? .max
    }

    /// The path without the slash that makes no difference.
    private static func pattern(of route: Route) -> String {
        route.path.count > 1 && route.path.hasSuffix("/") ? String(route.path.dropLast()) : route.path
    }

    private static let undescribed: JSONValue = [
        "x-undescribed": true, "tags": ["operations"], "responses": ["default": ["description": "undescribed"]],
    ]

    private func json(_ operation: APIOperation) -> JSONValue {
        var members = [
            JSONMember("operationId", .string(operation.id)), JSONMember("tags", [.string(operation.tag.rawValue)]),
        ]
        members += operation.summary.members("summary")
        members += operation.description?.members("description") ?? []
        if let security = operation.token.security { members.append(JSONMember("security", security)) }
        let parameters = operation.parameters
        if !parameters.isEmpty { members.append(JSONMember("parameters", .array(parameters))) }
        if let body = operation.body {
            members.append(
                JSONMember("requestBody", ["required": true, "content": ["application/json": ["schema": body]]]))
        }
        members.append(JSONMember("responses", responses(operation)))
        return .object(members)
    }

    /// What a client may see, by status: in the mode of the older systems, failures of business are 200 too.
    private func responses(_ operation: APIOperation) -> JSONValue {
        var byStatus: [Int: [Failure.Code]] = [:]
        for code in Set(operation.failures + operation.commonFailures) {
            let isReal = envelope.status == .http || code.hasRealStatus
            byStatus[isReal ? code.usualStatus : 200, default: []].append(code)
        }
        var responses = [JSONMember("200", success(operation, orFailing: byStatus[200] ?? []))]
        for (status, codes) in byStatus.sorted(by: { $0.key < $1.key }) where status != 200 {
            responses.append(
                JSONMember(
                    String(status),
                    .object(
                        Self.meaning(of: codes).members("description") + [
                            JSONMember("content", ["application/json": ["schema": failure(codes, of: operation)]])
                        ])))
        }
        return .object(responses)
    }

    private func failure(_ codes: [Failure.Code], of operation: APIOperation) -> JSONValue {
        let envelope = JSONSchema.reference("Failure")
        guard operation.hasOwnFailures, case .plain(let own) = operation.reply,
            codes.contains(where: { !$0.hasRealStatus })
        else { return envelope }
        return codes.contains(where: \.hasRealStatus) ? JSONSchema.oneOf(own, envelope) : own
    }

    private func success(_ operation: APIOperation, orFailing codes: [Failure.Code]) -> JSONValue {
        let schema: JSONValue
        switch operation.reply {
        case .enveloped(let data): schema = Self.enveloped(["data": data])
        case .success: schema = Self.enveloped([:])
        case .plain(let plain): schema = plain
        case .content(let type): return ["description": "OK", "content": .object([JSONMember(type, .object([]))])]
        }
        let isWhole = codes.isEmpty || operation.hasOwnFailures
        let whole = isWhole ? schema : JSONSchema.oneOf(schema, JSONSchema.reference("Failure"))
        var text = APIText("OK", "成功")
        if !codes.isEmpty {
            let meaning = Self.meaning(of: codes)
            text = APIText("OK, or " + meaning.english, "成功，或 " + meaning.chinese)
        }
        return .object(
            text.members("description") + [JSONMember("content", ["application/json": ["schema": whole]])])
    }

    private static func enveloped(_ data: KeyValuePairs<String, JSONValue>) -> JSONValue {
        let envelope = JSONSchema.object(["code": JSONSchema.constant(0), "message": JSONSchema.constant("OK")])
        return data.isEmpty ? envelope : ["allOf": [envelope, JSONSchema.object(data)]]
    }

    private static func meaning(of codes: [Failure.Code]) -> APIText {
        let codes = codes.sorted { $0.rawValue < $1.rawValue }
        return APIText(
            codes.map { "\($0.rawValue): \($0.meaning.english)" }.joined(separator: "; "),
            codes.map { "\($0.rawValue)：\($0.meaning.chinese)" }.joined(separator: "；"))
    }
}

extension APIOperation {
    fileprivate var parameters: [JSONValue] {
        let inPath = path.matches(of: /:([a-z]+)/).map { match -> JSONValue in
            ["name": .string(String(match.1)), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        let inQuery = query.map { name, schema -> JSONValue in
            ["name": .string(name), "in": "query", "required": true, "schema": schema]
        }
        return inPath + inQuery
    }

    /// What every route may fail with.
    fileprivate var commonFailures: [Failure.Code] {
        var codes: [Failure.Code] = [.internalFault, .overloaded]
        if body != nil { codes += [.malformedBody, .payloadTooLarge, .unsupportedMediaType] }
        if body != nil || !query.isEmpty || token != .nowhere { codes.append(.invalidParameter) }
        return codes
    }
}

extension APIOperation.TokenPlace {
    fileprivate var security: JSONValue? {
        switch self {
        case .nowhere: nil
        case .header: [["token": []], ["bearer": []]]
        case .headerOrQuery: [["queryToken": []], ["token": []], ["bearer": []]]
        }
    }
}
