/// What the header of a part says (RFC 7578, section 4).
struct MultipartHeader: Equatable {
    /// The name of the field.
    var name: String
    /// The last component of the name that the client gave the file; empty when it gave none, nil when this is no file.
    var filename: String?
    /// As sent; nil when there is none.
    var contentType: String?

    init(name: String, filename: String? = nil, contentType: String? = nil) {
        self.name = name
        self.filename = filename
        self.contentType = contentType
    }

    /// Parses the lines of a header.
    ///
    /// - Parameter bytes: Without the empty line.
    /// - Throws: ``HTTPError`` 400 when it is not well-formed or has no name.
    init(parsing bytes: [UInt8]) throws(HTTPError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformedForm("a header is not UTF-8") }
        var disposition: FieldParameters?
        // By scalars: as a Character, a line end of two bytes is one. The last line gets the half that the others have.
        for line in (text + "\r").unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            let (name, value) = try Self.field(in: line)
            switch name {
            case "content-disposition":
                guard disposition == nil, let parsed = FieldParameters(value), parsed.value == "form-data" else {
                    throw .malformedForm("a part is not form-data")
                }
                disposition = parsed
            case "content-type":
                guard contentType == nil else { throw .malformedForm("a part has two types") }
                contentType = value
            case "content-transfer-encoding":
                // RFC 7578, section 4.7, deprecates it; what these say is what is done anyway.
                guard ["7bit", "8bit", "binary"].contains(value.lowercased()) else {
                    throw .malformedForm("a part has a transfer encoding")
                }
            default: break
            }
        }
        guard let fieldName = disposition?["name"], fieldName.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
            throw .malformedForm("a part has no name")
        }
        name = fieldName
        filename = disposition?["filename"].map(Self.lastComponent)
    }

    private static func field(
        in line: Substring.UnicodeScalarView
    ) throws(HTTPError) -> (name: String, value: String) {
        var line = line
        // Neither folded lines nor bare line ends, which other readers may take for either.
        guard line.popLast() == "\r", let colon = line.firstIndex(of: ":"), colon > line.startIndex,
            line[..<colon].allSatisfy({ $0.isASCII && $0.value > 0x20 }),
            line.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\t" })
        else { throw .malformedForm("a header is not well-formed") }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        return (String(line[..<colon]).lowercased(), String(value))
    }

    /// A client may send a whole path, and one made to climb out of a folder (RFC 7578, section 4.2).
    static func lastComponent(of filename: String) -> String {
        let scalars = filename.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
        let last = scalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? [][...]
        let name = String(String.UnicodeScalarView(last))
        return name == "." || name == ".." ? "" : name
    }
}
