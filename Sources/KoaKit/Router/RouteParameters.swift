/// The parameters of the matched route.
///
/// ```swift
/// router.get("/users/:id") { ctx, _ in
///     let id = try ctx.params.get("id", as: Int.self)  // 400 `invalid parameter 'id'` for /users/x
/// }
/// ```
public struct RouteParameters: Sendable {
    private var values: [(name: String, raw: Substring)]

    init(_ values: [(name: String, raw: Substring)] = []) {
        self.values = values
    }

    /// The value of a parameter, percent-decoded; malformed escapes stay as they were received.
    ///
    /// Nil when the matched route has none of this name, and when its group `{…}` was absent.
    public subscript(name: String) -> String? {
        raw(name).map(PercentEncoding.decodeSegment)
    }

    /// The values as they were received, in the order of the pattern.
    public var captures: [String] { values.map { String($0.raw) } }

    /// The names that have a value, in the order of the pattern.
    public var names: [String] { values.map(\.name) }

    /// The value of a parameter as a number or another type that is written as text.
    ///
    /// - Parameters:
    ///   - name: Without its colon.
    ///   - type: What to read.
    ///   - status: Of the error; 404 where a malformed identifier means that there is no such thing. Default: 400.
    /// - Returns: The value.
    /// - Throws: ``HTTPError`` with `status`, exposed, naming the parameter, when it is absent, malformed or badly
    ///   percent-encoded.
    public func get<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type = Value.self,
        status: Int = 400
    ) throws -> Value {
        try get(name, status: status) { Value($0) }
    }

    /// The value of a parameter as one of the cases of an enumeration.
    ///
    /// - Parameters:
    ///   - name: Without its colon.
    ///   - type: What to read.
    ///   - status: Of the error. Default: 400.
    /// - Returns: The value.
    /// - Throws: ``HTTPError`` as ``get(_:as:status:)-(_,Value.Type,_)`` does.
    public func get<Value: RawRepresentable>(
        _ name: String,
        as type: Value.Type = Value.self,
        status: Int = 400
    ) throws -> Value where Value.RawValue: LosslessStringConvertible {
        try get(name, status: status) { Value.RawValue($0).flatMap(Value.init(rawValue:)) }
    }

    /// The value of a parameter as `parse` reads it.
    ///
    /// - Parameters:
    ///   - name: Without its colon.
    ///   - status: Of the error. Default: 400.
    ///   - parse: Gets the decoded text; nil means that it is malformed.
    /// - Returns: What `parse` returns.
    /// - Throws: ``HTTPError`` with `status`, exposed, naming the parameter, when it is absent, malformed or badly
    ///   percent-encoded; what `parse` throws.
    public func get<Value>(_ name: String, status: Int = 400, parse: (String) throws -> Value?) throws -> Value {
        guard let text = raw(name).flatMap(PercentEncoding.strictlyDecodedSegment), let value = try parse(text) else {
            throw HTTPError(status, "invalid parameter '\(name)'", isExposed: true, reason: .invalidParameter)
        }
        return value
    }

    /// These parameters and those of another route; where both have one, `other` wins.
    func merging(_ other: RouteParameters) -> RouteParameters {
        if values.isEmpty { return other }
        return RouteParameters(values.filter { own in other.raw(own.name) == nil } + other.values)
    }

    private func raw(_ name: String) -> Substring? {
        values.first { $0.name == name }?.raw
    }
}
