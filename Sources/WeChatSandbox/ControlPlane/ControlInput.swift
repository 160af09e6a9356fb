import KoaKit

/// The fields of a control-plane body, each read with an error that names it.
struct ControlInput {
    private let body: JSONValue

    /// Reads a body, whatever it says its type is: `curl -d` says it is a form.
    ///
    /// - Parameters:
    ///   - request: Whose body.
    ///   - fields: All that may be in it: a misspelt field is an error, not a default.
    /// - Throws: ``HTTPError`` 400 when it is not a JSON object or has other fields, 413 when it is too large.
    init(_ request: Request, fields: [String]) async throws {
        body = try JSONValue(parsing: try await request.bytes())
        guard case .object(let members) = body else { throw Self.invalid("the body must be a JSON object") }
        for member in members where !fields.contains(member.name) {
            let known = fields.joined(separator: ", ")
            throw Self.invalid("unknown field \"\(member.name.prefix(64))\"; this route reads: \(known)")
        }
    }

    func string(_ name: String) throws -> String {
        guard let text = try optionalString(name) else { throw Self.invalid("\(name) is missing") }
        return text
    }

    func optionalString(_ name: String) throws -> String? {
        guard let value = body[name] else { return nil }
        guard let text = value.stringValue else { throw Self.invalid("\(name) must be a string") }
        return text
    }

    func integer(_ name: String) throws -> Int {
        guard let number = try optionalInteger(name) else { throw Self.invalid("\(name) is missing") }
        return number
    }

    func optionalInteger(_ name: String) throws -> Int? {
        guard let value = body[name] else { return nil }
        guard let number = value.integerValue else { throw Self.invalid("\(name) must be a whole number") }
        return Int(number)
    }

    func flag(_ name: String, default fallback: Bool) throws -> Bool {
        try optionalFlag(name) ?? fallback
    }

    func optionalFlag(_ name: String) throws -> Bool? {
        switch body[name] {
        case nil: return nil
        case .bool(let flag): return flag
        default: throw Self.invalid("\(name) must be true or false")
        }
    }

    func object(_ name: String) throws -> JSONValue {
        guard let value = body[name] else { throw Self.invalid("\(name) is missing") }
        guard case .object = value else { throw Self.invalid("\(name) must be a JSON object") }
        return value
    }

    /// A value of any type, for the reader to judge.
    func value(_ name: String) -> JSONValue? { body[name] }

    /// A list of strings; an inner nil for null.
    func optionalStrings(_ name: String) throws -> [String]?? {
        switch body[name] {
        case nil: return nil
        case .null: return .some(nil)
        case .array(let elements) where elements.allSatisfy { $0.stringValue != nil }:
            return elements.compactMap(\.stringValue)
        default: throw Self.invalid("\(name) must be a list of strings, or null")
        }
    }

    /// One word of a closed list.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        as type: Word.Type = Word.self
    ) throws -> Word where Word.RawValue == String {
        guard let word = try optionalWord(name, as: type) else { throw Self.invalid("\(name) is missing") }
        return word
    }

    func optionalWord<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        as type: Word.Type = Word.self
    ) throws -> Word? where Word.RawValue == String {
        guard let text = try optionalString(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw Self.invalid("\(name) must be one of: \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    private static func invalid(_ message: String) -> HTTPError {
        HTTPError(400, message, reason: .invalidParameter)
    }
}
