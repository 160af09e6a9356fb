extension RoutePattern.Form {
    /// Whether a path has these segments, and nothing after them unless `allowsMore`.
    func matches(_ path: RequestPath, isSensitive: Bool, allowsMore: Bool) -> Bool {
        for (index, segment) in segments.enumerated() {
            if case .rest = segment { return index < path.segments.count }
            guard index < path.segments.count else { return false }
            switch segment {
            case .literal(let text):
                guard text == path.segments[index] || !isSensitive && text.isEqualIgnoringCase(to: path.segments[index])
                else { return false }
            default: if path.segments[index].isEmpty { return false }
            }
        }
        return allowsMore || segments.count == path.segments.count
    }

    /// Whether the slash at the end is there and absent as in the pattern, for strict routers.
    func hasTrailingSlash(of path: RequestPath) -> Bool {
        if case .rest? = segments.last { return true }
        return endsWithSlash == path.endsWithSlash
    }
}

extension StringProtocol {
    /// Compares ASCII letters whatever their case; paths hold nothing else that has one.
    fileprivate func isEqualIgnoringCase(to other: Substring) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }
}

extension UInt8 {
    fileprivate var lowercasedASCII: UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
    }
}
