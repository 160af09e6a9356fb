import FoundationEssentials
import NIOCore
import NIOHTTP1

extension Request {
    /// Reads a JSON body, strictly: UTF-8, no repeated names, at most 32 levels.
    ///
    /// - Parameter limit: In bytes. Default: 64 KiB.
    /// - Returns: The value.
    /// - Throws: ``HTTPError`` 415 when the type is not JSON, 400 ``HTTPError/Reason/malformedBody`` when the body is
    ///   not, and what ``bytes(upTo:)`` throws.
    public func json(upTo limit: Int = defaultMaximumBodySize) async throws -> JSONValue {
        try requireJSONType()
        return try JSONValue(parsing: try await bytes(upTo: limit))
    }

    /// Reads a JSON body as a `Decodable`, after the strict checks of ``json(upTo:)``.
    ///
    /// - Parameters:
    ///   - type: What to decode.
    ///   - limit: In bytes. Default: 64 KiB.
    /// - Returns: The decoded value.
    /// - Throws: ``HTTPError`` 400 ``HTTPError/Reason/invalidParameter``, naming the field, when the JSON does not fit
    ///   `type`, and what ``json(upTo:)`` throws.
    public func decode<Value: Decodable>(
        _ type: Value.Type = Value.self,
        upTo limit: Int = defaultMaximumBodySize
    ) async throws -> Value {
        try requireJSONType()
        let buffer = try await bytes(upTo: limit)
        _ = try JSONValue(parsing: buffer)
        do {
            return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch let error as DecodingError {
            throw HTTPError(400, error.fieldMessage, reason: .invalidParameter)
        }
    }

    private func requireJSONType() throws {
        // `application/json` and the structured suffix of RFC 6839, such as `application/vnd.api+json`.
        guard let type, type == "application/json" || type.hasSuffix("+json") else {
            throw HTTPError(415, "the body must be application/json", reason: .unsupportedMediaType)
        }
    }
}
