/// A look at the member names of a JSON object, which JSONDecoder does not show: it silently takes one of two.
enum TopLevelKeys {
    /// Tells whether no member name occurs twice.
    ///
    /// - Parameter json: A JSON object in UTF-8 that a decoder has accepted.
    /// - Returns: `false` also if a name is spelled with an escape, because it could be one of any other.
    static func areUnique(in json: [UInt8]) -> Bool {
        var seen: Set<ArraySlice<UInt8>> = []
        var depth = 0
        var lastString: ArraySlice<UInt8> = []
        var index = json.startIndex
        while index < json.endIndex {
            switch json[index] {
            case UInt8(ascii: "\""):
                let end = endOfString(startingAt: index, in: json)
                lastString = json[index..<end]
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
            case UInt8(ascii: ":") where depth == 1:
                if lastString.contains(UInt8(ascii: "\\")) || !seen.insert(lastString).inserted { return false }
            default:
                break
            }
            index += 1
        }
        return true
    }

    /// The index after the closing quote of the string literal whose opening quote is at `start`.
    private static func endOfString(startingAt start: Int, in json: [UInt8]) -> Int {
        var index = start + 1
        while index < json.endIndex, json[index] != UInt8(ascii: "\"") {
            // The byte after a backslash never ends the string.
            index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, json.endIndex)
    }
}
