import KoaKit

/// Whom a login is for, as far as the request tells.
struct LoginClient: Sendable {
    /// The token that came with the request: its session ends once the new one is open.
    ///
    /// Whoever gave a token to a victim would else share the session that the victim goes on with.
    let presented: SessionToken?
    let origin: EventOrigin

    init(_ context: Context, presented: SessionToken?) {
        self.presented = presented
        origin = EventOrigin(context)
    }

    /// - Throws: ``Failure`` 10002 when the request carries two different tokens.
    init(_ context: Context, reader: TokenReader) throws(Failure) {
        self.init(context, presented: try reader.token(of: context.request))
    }
}
