public import FoundationEssentials
import NIOCore

/// The fields that describe the content.
extension Response {
    /// The media type of the content, without parameters; nil when there is none.
    ///
    /// Reads what was set, else what the body implies. Takes a media type or an extension such as `json`: text and JSON
    /// get `charset=utf-8` unless a charset is given; nil and an unknown extension remove the field.
    public var type: String? {
        get {
            let set = has("Content-Type") ? get("Content-Type") : nil
            if case .unset = body { return set.map(MediaTypes.essence) }
            return body.type(over: set).map(MediaTypes.essence)
        }
        set {
            guard let type = newValue.flatMap(MediaTypes.contentType) else { return remove("Content-Type") }
            set("Content-Type", type)
        }
    }

    /// The first of several types that the content is of; nil when it is of none.
    ///
    /// Koa's `is`; types as in ``Request/matches(_:)-(String...)``.
    public func matches(_ types: String...) -> String? { TypePattern.firstMatch(of: types, with: type) }

    /// The length of the content in bytes: what was set, else that of the body; nil when it has none or is a stream.
    ///
    /// Only the length of a stream needs to be set, and only that is heeded.
    public var length: Int? {
        get { has("Content-Length") ? Int(get("Content-Length")) ?? 0 : body.length }
        set {
            guard let newValue else { return remove("Content-Length") }
            set("Content-Length", String(newValue))
        }
    }

    /// The entity tag; quotes are added when they are missing.
    public var etag: String? {
        get { has("ETag") ? get("ETag") : nil }
        set {
            guard let newValue else { return remove("ETag") }
            let isQuoted = newValue.hasPrefix("\"") || newValue.hasPrefix("W/\"")
            set("ETag", isQuoted ? newValue : "\"\(newValue)\"")
        }
    }

    /// When the content was last modified, to the second; nil when it was not set.
    public var lastModified: Date? {
        get { HTTPDate.date(get("Last-Modified")) }
        set {
            guard let newValue else { return remove("Last-Modified") }
            set("Last-Modified", HTTPDate.text(of: newValue))
        }
    }
}

extension Body {
    /// Its length in bytes; nil when there is none or it is not known before it is sent.
    fileprivate var length: Int? {
        switch self {
        case .unset, .empty: return nil
        case .text(let text): return text.utf8.count
        case .bytes(let bytes): return bytes.readableBytes
        case .stream(let stream): return stream.contentLength
        case .json, .encodable:
            var bytes: [UInt8] = []
            // What cannot be encoded becomes an error reply, which has another length.
            guard (try? write(to: &bytes)) != nil else { return nil }
            return bytes.count
        }
    }
}
