/// What may stand in a header field (RFC 9110, section 5; RFC 3986, section 3.2).
enum FieldSyntax {
    /// Whether this is a host and perhaps a port, without user information; an empty one is a host, too.
    static func isHost(_ text: some StringProtocol) -> Bool {
        // Over the bytes in memory: this is asked of every request, and costs a third so.
        text.utf8.withContiguousStorageIfAvailable { isHost($0) } ?? isHost(Array(text.utf8))
    }

    private static func isHost(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        var bytes = text[...]
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = bytes[bytes.index(after: bytes.startIndex)..<end]
            guard !literal.isEmpty, literal.allSatisfy(isAddressCharacter) else { return false }
            bytes = bytes[bytes.index(after: end)...]
        } else {
            bytes = bytes.drop(while: isNameCharacter)
        }
        guard !bytes.isEmpty else { return true }
        return bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(isDigit)
            && bytes.dropFirst().count <= 5
    }

    /// A registered name's or an IPv4 address's: letters, digits, marks that URLs allow, and the percent of an escape.
    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"): false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: ","): true
        default: isTokenByte(byte)
        }
    }

    /// An IPv6 address's, with an IPv4 one in it.
    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"),
            UInt8(ascii: "."):
            true
        default: isDigit(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
