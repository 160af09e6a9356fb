import NIOCore

extension Response {
    /// Renders text and JSON to bytes now, for middleware that needs the bytes: an entity tag, a compression.
    ///
    /// Afterwards the body is ``Body/bytes(_:)`` and `Content-Type` is set. Other bodies stay as they are.
    ///
    /// - Throws: What an `Encodable` body's own encoding throws; nothing has changed then.
    public func renderBody() throws {
        switch body {
        case .unset, .empty, .bytes, .stream: return
        case .text, .json, .encodable: break
        }
        var bytes: [UInt8] = []
        try body.write(to: &bytes)
        let set = fields.first { $0.isNamed("content-type") }
        if let type = body.type(over: set?.value), type != set?.value { self.set("Content-Type", type) }
        body = .bytes(ByteBuffer(bytes: bytes))
    }
}
