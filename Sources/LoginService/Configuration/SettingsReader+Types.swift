/// Reads a setting as what it must be, or says in one line what would do.
extension SettingsReader {
    func required(_ setting: Setting) throws(ConfigurationError) -> String {
        guard let text = try text(setting), !text.isEmpty else {
            throw ConfigurationError(setting, "is required. \(setting.summary)")
        }
        return text
    }

    func integer(_ setting: Setting, default fallback: Int, in range: ClosedRange<Int>) throws(ConfigurationError)
        -> Int
    {
        guard let text = try text(setting) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw ConfigurationError(
                setting, "must be a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    func flag(_ setting: Setting, default fallback: Bool) throws(ConfigurationError) -> Bool {
        switch try text(setting) {
        case nil: return fallback
        case "true": return true
        case "false": return false
        case .some(let text): throw ConfigurationError(setting, "must be true or false, not '\(text)'")
        }
    }

    func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ setting: Setting,
        default fallback: Value,
        among choices: [Value] = Array(Value.allCases)
    ) throws(ConfigurationError) -> Value {
        guard let text = try text(setting) else { return fallback }
        guard let value = choices.first(where: { $0.rawValue == text }) else {
            let names = choices.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(setting, "must be one of \(names), not '\(text)'")
        }
        return value
    }

    /// A number of seconds, or a number with `s`, `m`, `h` or `d`.
    func duration(
        _ setting: Setting,
        default fallback: Duration,
        in range: ClosedRange<Duration>
    ) throws(ConfigurationError) -> Duration {
        guard let text = try text(setting) else { return fallback }
        guard let duration = Duration(setting: text), range.contains(duration) else {
            throw ConfigurationError(setting, "'\(text)' will not do. \(setting.summary)")
        }
        return duration
    }

    /// What a setting says; nil when it is `off`, or not set.
    func unlessOff<Value>(
        _ setting: Setting,
        _ read: (Setting) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) -> Value? {
        guard let text = try text(setting), text != "off" else { return nil }
        return try read(setting)
    }
}

extension Duration {
    /// Reads a number of seconds, or a number with `s`, `m`, `h` or `d`; nil for anything else.
    init?(setting text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard digits.allSatisfy(\.isNumber), let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        self = .seconds(number * (unit ?? 1))
    }
}
