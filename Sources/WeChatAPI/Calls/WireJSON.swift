#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Reads JSON that somebody else wrote: members nobody asked for are passed over, and nothing is ambiguous.
enum WireJSON {
    /// Decodes a JSON object.
    ///
    /// - Parameters:
    ///   - value: What it holds.
    ///   - bytes: UTF-8.
    /// - Returns: The value.
    /// - Throws: ``MalformedReply``, also the one that the value's own decoding threw. A `DecodingError` is not kept,
    ///   since it may quote the bytes.
    static func decode<Value: Decodable>(_ value: Value.Type, from bytes: [UInt8]) throws(MalformedReply) -> Value {
        // JSONDecoder would also take UTF-16 and UTF-32, which the search for duplicate keys could not read.
        guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { throw .notJSON }
        let decoded: Value
        do {
            decoded = try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch let fault as MalformedReply {
            throw fault
        } catch {
            throw .notJSON
        }
        guard TopLevelKeys.areUnique(in: bytes) else { throw .duplicateKey }
        return decoded
    }
}
