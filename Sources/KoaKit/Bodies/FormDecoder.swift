/// Decodes the whole of a form: an object whose members are its fields.
struct FormDecoder: Decoder {
    let form: Form
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields(form: form))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw DecodingError.unsupported([])
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw DecodingError.unsupported([])
    }

    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let form: Form
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] {
            var seen: Set<String> = []
            return form.fields.compactMap { seen.insert($0.name).inserted ? Key(stringValue: $0.name) : nil }
        }

        func contains(_ key: Key) -> Bool { form[key.stringValue] != nil }

        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let values = form.all(key.stringValue)
            // A form has no way to send an empty array but to leave the field out.
            guard !values.isEmpty || type is any Collection.Type && type != String.self else {
                throw DecodingError.keyNotFound(key, .init(codingPath: [], debugDescription: "missing"))
            }
            return try FormFieldDecoder(values: values, codingPath: [key]).decode(type)
        }

        func nestedContainer<NestedKey>(
            keyedBy type: NestedKey.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<NestedKey> { throw DecodingError.unsupported([key]) }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
            FormFieldDecoder(values: form.all(key.stringValue), codingPath: [key]).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder { throw DecodingError.unsupported([]) }

        func superDecoder(forKey key: Key) throws -> any Decoder { throw DecodingError.unsupported([key]) }
    }
}

extension DecodingError {
    /// A form is flat.
    static func unsupported(_ path: [any CodingKey]) -> DecodingError {
        .dataCorrupted(.init(codingPath: path, debugDescription: "a form is flat"))
    }
}
