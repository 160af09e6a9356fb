extension Response {
    /// Sets a header field, replacing what it had.
    ///
    /// - Parameters:
    ///   - field: A field name; one that is not a token traps.
    ///   - value: Its value; control characters are sent as spaces, so a value cannot add a field of its own.
    ///   - survivesError: Whether the field stays on an error reply, where all others are dropped. CORS, security,
    ///     request-id and rate-limit fields do. Default: false.
    public func set(_ field: String, _ value: String, survivesError: Bool = false) {
        withFields { fields in
            if fields.isEmpty { fields.reserveCapacity(8) }
            let survives = Self.take(field, from: &fields) || survivesError
            fields.append(ResponseField(name: field, value: value, survivesError: survives))
        }
    }

    /// Sets a header field to several values, each on a line of its own, replacing what it had.
    ///
    /// - Parameters:
    ///   - field: A field name; one that is not a token traps.
    ///   - values: Its values; none removes the field.
    ///   - survivesError: Whether the field stays on an error reply. Default: false.
    public func set(_ field: String, _ values: [String], survivesError: Bool = false) {
        withFields { fields in
            let survives = Self.take(field, from: &fields) || survivesError
            fields += values.map { ResponseField(name: field, value: $0, survivesError: survives) }
        }
    }

    /// Sets several header fields, each replacing what it had.
    public func set(_ fields: [(String, String)]) {
        for (name, value) in fields { set(name, value) }
    }

    /// Adds a line to a header field, as `Set-Cookie` and `Link` have several.
    ///
    /// - Parameters:
    ///   - field: A field name; one that is not a token traps.
    ///   - value: The value of the line; control characters are sent as spaces.
    ///   - survivesError: Whether the line stays on an error reply. Default: false.
    public func append(_ field: String, _ value: String, survivesError: Bool = false) {
        withFields { $0.append(ResponseField(name: field, value: value, survivesError: survivesError)) }
    }

    /// Adds a field name to `Vary`, unless it is there; `*` takes the place of all names.
    ///
    /// - Parameters:
    ///   - field: A field name, or several with commas between.
    ///   - survivesError: Whether `Vary` stays on an error reply. Default: false.
    public func vary(_ field: String, survivesError: Bool = false) {
        var names: [Substring] = []
        for name in FieldList.elements(of: get("Vary") + "," + field)
        where !names.contains(where: { $0.lowercased() == name.lowercased() }) {
            names.append(name)
        }
        let value = names.contains("*") ? "*" : names.joined(separator: ", ")
        if !value.isEmpty { set("Vary", value, survivesError: survivesError) }
    }

    /// The value of a header field that was set, the empty string when it was not; several lines are joined by a comma.
    public func get(_ field: String) -> String {
        var value: String?
        for line in fields where line.isNamed(field) { value = value.map { $0 + ", " + line.value } ?? line.value }
        return value ?? ""
    }

    /// Whether a header field was set.
    public func has(_ field: String) -> Bool {
        fields.contains { $0.isNamed(field) }
    }

    /// Removes a header field.
    public func remove(_ field: String) {
        withFields { fields in fields.removeAll { $0.isNamed(field) } }
    }

    /// Removes the lines of a field whose value is unwanted.
    func removeLines(of field: String, where isUnwanted: (String) -> Bool) {
        withFields { fields in fields.removeAll { $0.isNamed(field) && isUnwanted($0.value) } }
    }

    /// Removes a field that is set again; says whether it was to survive an error, a promise it keeps.
    private static func take(_ field: String, from fields: inout [ResponseField]) -> Bool {
        var survived = false
        while let index = fields.firstIndex(where: { $0.isNamed(field) }) {
            survived = survived || fields[index].survivesError
            fields.remove(at: index)
        }
        return survived
    }
}
