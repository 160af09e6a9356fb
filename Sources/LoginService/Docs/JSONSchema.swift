import KoaKit

/// Schemas of the document, in JSON Schema 2020-12 as OpenAPI 3.1 takes it.
enum JSONSchema {
    /// An object; a name that ends with `?` may be left out.
    static func object(_ properties: KeyValuePairs<String, JSONValue>) -> JSONValue {
        let required = properties.map(\.key).filter { !$0.hasSuffix("?") }
        var members = [
            JSONMember("type", "object"),
            JSONMember(
                "properties",
                .object(
                    properties.map { JSONMember($0.key.hasSuffix("?") ? String($0.key.dropLast()) : $0.key, $0.value) })
            ),
        ]
        if !required.isEmpty { members.append(JSONMember("required", .array(required.map(JSONValue.string)))) }
        return .object(members)
    }

    static func string(_ example: String, maximum: Int? = nil, pattern: String? = nil) -> JSONValue {
        var members = [JSONMember("type", "string")]
        if let maximum { members += [JSONMember("minLength", 1), JSONMember("maxLength", .integer(Int64(maximum)))] }
        if let pattern { members.append(JSONMember("pattern", .string(pattern))) }
        return .object(members + examples(.string(example)))
    }

    /// A string that may be empty, as a reply has it for what nobody has set.
    static func text(_ example: String) -> JSONValue {
        .object([JSONMember("type", "string")] + examples(.string(example)))
    }

    static func integer(_ example: Int64) -> JSONValue {
        .object([JSONMember("type", "integer"), JSONMember("format", "int64")] + examples(.integer(example)))
    }

    static let boolean: JSONValue = ["type": "boolean"]

    static func constant(_ value: JSONValue) -> JSONValue { ["const": value] }

    static func array(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func oneOf(_ schemas: JSONValue...) -> JSONValue { ["oneOf": .array(schemas)] }

    /// A time as RFC 3339 has it, to the second; null where nobody knows it.
    static let optionalTime: JSONValue = [
        "type": ["string", "null"], "format": "date-time", "examples": ["2026-01-31T08:00:00Z"],
    ]

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    private static func examples(_ value: JSONValue) -> [JSONMember] { [JSONMember("examples", .array([value]))] }
}
