/// The session of a request, found in its state.
enum CurrentSession: StateKey { typealias Value = Session }

extension Context {
    /// The session of this request.
    ///
    /// ```swift
    /// try ctx.session[CurrentUser.self] = user.id
    /// ```
    ///
    /// - Throws: ``HTTPError`` 500 when ``Sessions`` is not mounted around the caller.
    public var session: Session {
        get throws {
            guard let session = state[CurrentSession.self] else {
                throw HTTPError(500, "no session: the Sessions middleware is not mounted here")
            }
            return session
        }
    }
}
