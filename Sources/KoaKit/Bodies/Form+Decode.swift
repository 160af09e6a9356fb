extension Form {
    /// Makes a `Decodable` of the fields.
    ///
    /// A property takes the field of its name; an array takes all fields of the name, an optional may lack it. Numbers
    /// are decimal; true is `true`, `on` or `1`, false is `false`, `off` or `0`.
    ///
    /// - Parameter type: What to decode: an object of text, numbers, truth values, enums over them, and arrays of these.
    /// - Returns: The decoded value.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/invalidParameter`` that names the field and never its value.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try Value(from: FormDecoder(form: self))
        } catch let error as DecodingError {
            throw HTTPError(400, error.fieldMessage, reason: .invalidParameter)
        }
    }
}
