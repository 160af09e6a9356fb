import FoundationEssentials
public import NIOCore
import NIOHTTP1

extension Request {
    /// How large a JSON body may be by default: 64 KiB.
    public static let defaultMaximumBodySize = 65_536

    /// Reads the body whole.
    ///
    /// A client that sent `Expect: 100-continue` is told to go on by the first read.
    ///
    /// - Parameter limit: In bytes. Default: 64 KiB.
    /// - Returns: All of it; the same bytes each time.
    /// - Throws: ``HTTPError`` 413 when it is larger, 408 when it did not arrive in time, 400 when it broke off.
    public func bytes(upTo limit: Int = defaultMaximumBodySize) async throws -> ByteBuffer {
        // Refused before a byte is read, and before the client is told to send any.
        if let length = headers.first(name: "content-length").flatMap(Int.init), length > limit {
            throw HTTPError.contentTooLarge(limit: limit)
        }
        return try await content.collect(upTo: limit)
    }

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

extension DecodingError {
    /// Names the field and what was expected of it; never what was sent.
    fileprivate var fieldMessage: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.path(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): "\(Self.path(context.codingPath)) must not be null"
        case .typeMismatch(let type, let context): "\(Self.path(context.codingPath)) must be \(Self.name(of: type))"
        case .dataCorrupted(let context): "\(Self.path(context.codingPath)) is not valid"
        @unknown default: "the body is not valid"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the body" : keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}
