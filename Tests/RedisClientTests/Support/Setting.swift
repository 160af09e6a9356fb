import RedisClient

/// One field of a configuration that a test wants otherwise.
struct Setting {
    let apply: (inout RedisConfiguration) -> Void

    static func set<Value>(_ field: WritableKeyPath<RedisConfiguration, Value>, _ value: Value) -> Self {
        Self { $0[keyPath: field] = value }
    }
}
