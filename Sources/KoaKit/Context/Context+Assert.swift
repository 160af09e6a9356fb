import NIOHTTP1

extension Context {
    /// Throws unless a condition holds; see ``HTTPError/init(_:_:isExposed:headers:reason:)``.
    ///
    /// - Parameters:
    ///   - condition: What must hold.
    ///   - status: 400 to 599.
    ///   - message: Default: the status's reason phrase.
    /// - Throws: An ``HTTPError`` of this status.
    public func assert(_ condition: Bool, _ status: Int, _ message: String? = nil) throws(HTTPError) {
        guard condition else { throw HTTPError(status, message) }
    }

    /// Throws when there is no value.
    ///
    /// ```swift
    /// let user = try ctx.assert(ctx.state[CurrentUser.self], 401)
    /// ```
    ///
    /// - Parameters:
    ///   - value: What must be there.
    ///   - status: 400 to 599.
    ///   - message: Default: the status's reason phrase.
    /// - Returns: The value.
    /// - Throws: An ``HTTPError`` of this status.
    @discardableResult
    public func assert<Value>(_ value: Value?, _ status: Int, _ message: String? = nil) throws(HTTPError) -> Value {
        guard let value else { throw HTTPError(status, message) }
        return value
    }
}
