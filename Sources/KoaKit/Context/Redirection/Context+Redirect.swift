extension Context {
    /// Answers with a redirection.
    ///
    /// The status is 302 unless 300, 301, 302, 303, 305, 307 or 308 was chosen. The body says where, as HTML text without
    /// markup or as plain text, whichever the client takes.
    ///
    /// - Parameter url: Percent-encoded where needed; an absolute http or https URL is normalised. Where it comes from
    ///   outside, check that it leads where it should.
    public func redirect(to url: String) {
        let location = Location(url)
        response.set("Location", location.encoded)
        if !Self.redirections.contains(response.status) { response.status = 302 }
        let isHTML = request.accepts("html") != nil
        response.type = isHTML ? "html" : "text"
        response.body = .text("Redirecting to \(isHTML ? location.text.escapedForHTML : location.text).")
    }

    /// Answers with a redirection to where the client came from: its `Referrer`, if that is on this host.
    ///
    /// - Parameter alternative: Where to otherwise. Default: `/`.
    public func back(else alternative: String = "/") {
        let referrer = get("Referrer")
        redirect(to: leadsHere(referrer) ? referrer : alternative)
    }

    private static let redirections: Set<Int> = [300, 301, 302, 303, 305, 307, 308]

    /// Whether a URL stays on the host of the request, in every reading that a browser may make of it.
    private func leadsHere(_ url: String) -> Bool {
        // Browsers skip blanks and take a backslash for a slash.
        guard !url.isEmpty, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return false
        }
        guard let start = Location.startOfAuthority(in: url) else {
            let isOtherHost = url.hasPrefix("//")
            let hasScheme = url.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
            return !isOtherHost && !hasScheme
        }
        let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return !host.isEmpty && authority.lowercased() == host.lowercased()
    }
}
