extension String {
    /// As text of HTML, whatever it holds.
    var escapedForHTML: String {
        var escaped = ""
        // By scalar: a mark with an accent after it is another character to Swift, and still a mark to a browser.
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
