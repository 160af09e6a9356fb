extension RoutePattern {
    /// The path that the pattern makes of values, each group that has all of its own present.
    func url(params: [String: String], query: RouteQuery) throws(RouteError) -> String {
        guard let form = forms.first(where: { $0.missingName(in: params) == nil }) else {
            let name = forms.last?.missingName(in: params) ?? ""
            throw RouteError(.missingParameter, "'\(text)' needs a value of '\(name)'")
        }
        var url = ""
        for segment in form.segments {
            url += "/"
            switch segment {
            case .literal(let text): url += text
            case .parameter(let name): url += PathEncoding.encode(params[name] ?? "")
            case .rest(let name): url += PathEncoding.encode(params[name] ?? "", allowsSlash: true)
            }
        }
        if url.isEmpty || form.endsWithSlash { url += "/" }
        return query.text.isEmpty ? url : url + "?" + query.text
    }

    /// Values in the order of the parameters, by name.
    func params(_ values: [String]) -> [String: String] {
        Dictionary(zip(names, values)) { first, _ in first }
    }
}

extension RoutePattern.Form {
    fileprivate func missingName(in params: [String: String]) -> String? {
        // An empty value could not be matched again.
        segments.lazy.compactMap(\.name).first { params[$0]?.isEmpty != false }
    }
}

/// Percent-encoding of what a URL takes in: all but the unreserved characters of RFC 3986, section 2.3.
enum PathEncoding {
    static func encode(_ text: String, allowsSlash: Bool = false) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where allowsSlash: encoded += "/"
            default:
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
