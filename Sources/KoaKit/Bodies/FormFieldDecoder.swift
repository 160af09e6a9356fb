/// Decodes the values of one field: the first as a value, all of them as an array.
struct FormFieldDecoder: Decoder {
    let values: [String]
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw DecodingError.unsupported(codingPath)
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        Elements(values: values, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// Texts and numbers are taken as they are; everything else decodes itself.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let read = Self.reader(of: type) else { return try Value(from: self) }
        guard let text = values.first, let value = read(text) as? Value else { throw mismatch(type) }
        return value
    }

    private static func reader(of type: Any.Type) -> ((String) -> Any?)? {
        switch type {
        case is String.Type: { $0 }
        case is Bool.Type: truth
        case let integer as any FixedWidthInteger.Type: { integer.init($0) }
        case is Double.Type: { Double($0).flatMap { $0.isFinite ? $0 : nil } }
        case is Float.Type: { Float($0).flatMap { $0.isFinite ? $0 : nil } }
        default: nil
        }
    }

    private static func truth(_ text: String) -> Bool? {
        switch text {
        case "true", "on", "1": true
        case "false", "off", "0": false
        default: nil
        }
    }

    private func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "not of this type"))
    }
}

extension FormFieldDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { false }
}

extension FormFieldDecoder {
    private struct Elements: UnkeyedDecodingContainer {
        let values: [String]
        let codingPath: [any CodingKey]
        var currentIndex = 0
        var count: Int? { values.count }
        var isAtEnd: Bool { currentIndex >= values.count }

        mutating func decodeNil() -> Bool { false }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let path = codingPath + [Index(intValue: currentIndex)]
            guard !isAtEnd else {
                throw DecodingError.valueNotFound(type, .init(codingPath: path, debugDescription: "no more"))
            }
            defer { currentIndex += 1 }
            return try FormFieldDecoder(values: [values[currentIndex]], codingPath: path).decode(type)
        }

        mutating func nestedContainer<Key>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
            throw DecodingError.unsupported(codingPath)
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            throw DecodingError.unsupported(codingPath)
        }

        mutating func superDecoder() throws -> any Decoder { throw DecodingError.unsupported(codingPath) }
    }

    private struct Index: CodingKey {
        let intValue: Int?
        var stringValue: String { intValue.map(String.init) ?? "" }

        init(intValue: Int) { self.intValue = intValue }

        init?(stringValue: String) { nil }
    }
}
