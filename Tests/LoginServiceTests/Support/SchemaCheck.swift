import KoaKit

/// Whether a value is as a schema of the OpenAPI document says, as far as these schemas go.
struct SchemaCheck {
    let document: JSONValue

    /// What is wrong; empty when nothing is.
    ///
    /// A member that the schema does not know is wrong.
    func problems(of value: JSONValue, by schema: JSONValue, at path: String = "$") -> [String] {
        if let reference = schema["$ref"]?.stringValue {
            guard let target = document.value(at: reference.dropFirst(2)) else { return ["\(reference) is nowhere"] }
            return problems(of: value, by: target, at: path)
        }
        if let constant = schema["const"] { return constant == value ? [] : ["\(path) is not \(constant)"] }
        if let choices = schema["enum"]?.elements { return choices.contains(value) ? [] : ["\(path): \(value)"] }
        if let schemas = schema["oneOf"]?.elements {
            let outcomes = schemas.map { problems(of: value, by: $0, at: path) }
            return outcomes.contains { $0.isEmpty } ? [] : outcomes.flatMap(\.self)
        }
        if let schemas = schema["allOf"]?.elements {
            let merged = schemas.flatMap { $0["properties"]?.members ?? [] }
            let required = schemas.flatMap { $0["required"]?.elements ?? [] }
            return problems(
                of: value,
                by: ["type": "object", "properties": .object(merged), "required": .array(required)], at: path)
        }
        let types = schema["type"].map { type in
            type.stringValue.map { [$0] } ?? type.elements.compactMap(\.stringValue)
        }
        guard types?.contains(Self.type(of: value)) != false else { return ["\(path) is a \(Self.type(of: value))"] }
        switch value {
        case .array(let elements):
            guard let items = schema["items"] else { return [] }
            return elements.flatMap { problems(of: $0, by: items, at: path + "[]") }
        case .object(let members):
            guard let properties = schema["properties"] else { return [] }
            let missing = (schema["required"]?.elements ?? []).compactMap(\.stringValue).filter { value[$0] == nil }
            return missing.map { "\(path).\($0) is missing" }
                + members.flatMap { member in
                    properties[member.name].map { problems(of: member.value, by: $0, at: "\(path).\(member.name)") }
                        ?? ["\(path).\(member.name) is not described"]
                }
        default: return []
        }
    }

    private static func type(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
