public import FoundationEssentials

/// The members of the response that Koa delegates to its context.
extension Context {
    /// The status of the response; 404 until a body or a status is set.
    public var status: Int {
        get { response.status }
        set { response.status = newValue }
    }

    /// The reason phrase of the response; see ``Response/message``.
    public var message: String {
        get { response.message }
        set { response.message = newValue }
    }

    /// The body of the response.
    public var body: Body {
        get { response.body }
        set { response.body = newValue }
    }

    /// The media type of the response; see ``Response/type``.
    public var type: String? {
        get { response.type }
        set { response.type = newValue }
    }

    /// The length of the response's content; see ``Response/length``.
    public var length: Int? {
        get { response.length }
        set { response.length = newValue }
    }

    /// The entity tag of the response; see ``Response/etag``.
    public var etag: String? {
        get { response.etag }
        set { response.etag = newValue }
    }

    /// When the content of the response was last modified; see ``Response/lastModified``.
    public var lastModified: Date? {
        get { response.lastModified }
        set { response.lastModified = newValue }
    }

    /// Sets a response header field; see ``Response/set(_:_:survivesError:)-(String,String,Bool)``.
    public func set(_ field: String, _ value: String, survivesError: Bool = false) {
        response.set(field, value, survivesError: survivesError)
    }

    /// Sets a response header field to several lines; see ``Response/set(_:_:survivesError:)-(String,[String],Bool)``.
    public func set(_ field: String, _ values: [String], survivesError: Bool = false) {
        response.set(field, values, survivesError: survivesError)
    }

    /// Sets several response header fields.
    public func set(_ fields: [(String, String)]) { response.set(fields) }

    /// Adds a line to a response header field; see ``Response/append(_:_:survivesError:)``.
    public func append(_ field: String, _ value: String, survivesError: Bool = false) {
        response.append(field, value, survivesError: survivesError)
    }

    /// Adds a field name to `Vary`; see ``Response/vary(_:survivesError:)``.
    public func vary(_ field: String, survivesError: Bool = false) {
        response.vary(field, survivesError: survivesError)
    }

    /// Whether a response header field was set.
    public func has(_ field: String) -> Bool { response.has(field) }

    /// Removes a response header field.
    public func remove(_ field: String) { response.remove(field) }

    /// Asks the client to save the content; see ``Response/attachment(_:as:fallback:)``.
    public func attachment(
        _ filename: String? = nil,
        as disposition: Response.Disposition = .attachment,
        fallback: String? = nil
    ) {
        response.attachment(filename, as: disposition, fallback: fallback)
    }
}
