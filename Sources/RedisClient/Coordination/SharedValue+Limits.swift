extension SharedValue {
    /// How long things may take.
    public struct Limits: Sendable {
        /// How long asking upstream may take; 5 s by default.
        public var renewal: Duration = .seconds(5)
        /// How long to wait for a node that renews while there is no value; 5 s by default.
        public var wait: Duration = .seconds(5)
        /// The part of its life after which a value is renewed, 0 to 1.
        ///
        /// Random between 0.8 and 0.9 by default, so that nodes do not renew in step.
        public var renewAt: Double = .random(in: 0.8...0.9)

        /// How much of its life a value has left at most when it is renewed, for an upstream that gives the old one
        /// again before that; as much as `renewAt` leaves by default.
        public var renewBefore: Duration?

        /// Makes limits with the defaults of every field.
        public init() {}

        /// Longer than a renewal and what Redis may take for it, so that a slow holder still holds the lock.
        var lease: Duration { renewal + .seconds(5) }
    }
}

/// Runs an operation, and cancels it when it takes too long.
///
/// The operation has to end when it is cancelled.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next().flatMap(\.self) else { throw SharedValue.TimedOut() }
        return value
    }
}
