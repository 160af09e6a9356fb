/// The named texts of a pushed message, whether it is JSON or XML.
struct PushFields {
    private let texts: [String: String]

    /// Reads a body by what it is, since its Content-Type does not always say.
    ///
    /// - Throws: ``PushError/malformed``.
    init(_ body: [UInt8]) throws(PushError) {
        let first = body.first { !" \t\r\n".utf8.contains($0) }
        if first == UInt8(ascii: "<") {
            guard let texts = XMLFields.read(body) else { throw .malformed }
            self.texts = texts
        } else {
            guard let members = try? WireJSON.decode([String: Text].self, from: body) else { throw .malformed }
            texts = members.compactMapValues(\.value)
        }
    }

    /// A text by its name; `nil` when there is none, or it is empty.
    subscript(name: String) -> String? {
        texts[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A text, or a number as its digits; nothing for anything else.
    private struct Text: Decodable {
        let value: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = (try? container.decode(String.self)) ?? (try? container.decode(Int.self)).map(String.init)
        }
    }
}
