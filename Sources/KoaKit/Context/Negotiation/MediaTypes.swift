/// File name extensions and their media types: what web pages and mini programs use.
enum MediaTypes {
    /// The media type of an extension such as `json` or `.json`, whatever its case; nil when it is not in the table.
    static func type(ofExtension name: some StringProtocol) -> String? {
        types[(name.first == "." ? String(name.dropFirst()) : String(name)).lowercased()]
    }

    /// The media type of a file by the extension of its name; nil when it has none that is known.
    static func type(ofFile name: some StringProtocol) -> String? {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return nil }
        return type(ofExtension: name[dot...])
    }

    /// The `Content-Type` that an extension or a media type stands for; nil for an unknown extension.
    ///
    /// A charset that is given stays; `charset=utf-8` is added to text and to JSON itself.
    static func contentType(_ text: String) -> String? {
        guard let type = text.utf8.contains(UInt8(ascii: "/")) ? text : type(ofExtension: text) else { return nil }
        guard !type.lowercased().contains("charset") else { return type }
        return isText(essence(of: type)) ? type + "; charset=utf-8" : type
    }

    /// A `Content-Type` without its parameters, in lower case.
    static func essence(of contentType: String) -> String {
        let essence = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }
        // As nearly everybody writes it.
        if essence.allSatisfy({ (0x21...0x7E).contains($0) && !(0x41...0x5A).contains($0) }) {
            return String(Substring(essence))
        }
        return Substring(essence).filter { !$0.isWhitespace }.lowercased()
    }

    private static func isText(_ essence: String) -> Bool {
        essence.hasPrefix("text/") || utf8Types.contains(essence)
    }

    /// What is UTF-8 without being text.
    private static let utf8Types: Set<String> = [
        "application/json", "application/manifest+json", "application/javascript",
    ]

    private static let types: [String: String] = [
        "html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "mjs": "text/javascript",
        "txt": "text/plain", "text": "text/plain", "log": "text/plain", "md": "text/markdown", "csv": "text/csv",
        "ics": "text/calendar", "vtt": "text/vtt", "xml": "application/xml", "xhtml": "application/xhtml+xml",
        "rss": "application/rss+xml", "atom": "application/atom+xml", "yaml": "text/yaml", "yml": "text/yaml",
        "json": "application/json", "map": "application/json", "jsonld": "application/ld+json",
        "webmanifest": "application/manifest+json", "wasm": "application/wasm", "wxml": "text/xml", "wxss": "text/css",
        "bin": "application/octet-stream", "pdf": "application/pdf", "zip": "application/zip",
        "gz": "application/gzip", "tgz": "application/gzip", "br": "application/x-brotli", "tar": "application/x-tar",
        "7z": "application/x-7z-compressed", "rar": "application/vnd.rar",
        "apk": "application/vnd.android.package-archive",
        "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "heic": "image/heic", "svg": "image/svg+xml", "ico": "image/x-icon", "bmp": "image/bmp",
        "tif": "image/tiff", "tiff": "image/tiff", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac",
        "wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "flac": "audio/flac",
        "weba": "audio/webm", "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
        "ogv": "video/ogg", "mpeg": "video/mpeg", "m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t",
        "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
        "eot": "application/vnd.ms-fontobject",
    ]
}
