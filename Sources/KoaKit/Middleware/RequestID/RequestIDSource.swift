import Synchronization

/// Makes identifiers of requests.
///
/// Unique among processes by a random prefix, within one by a count: no request pays for randomness, and 15 bytes or
/// less pay for no allocation.
final class RequestIDSource: Sendable {
    private static let digits: StaticString = "0123456789abcdefghijklmnopqrstuvwxyz"

    /// Six digits and a hyphen.
    private let prefix = Array((String(UInt64.random(in: 60_466_176..<2_176_782_336), radix: 36) + "-").utf8)
    private let count = Atomic<UInt64>(0)

    func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        var (length, rest) = (1, number)
        while rest >= 36 {
            rest /= 36
            length += 1
        }
        // By hand: `String(_:radix:)` and a concatenation cost as much as a look at the routes.
        return String(unsafeUninitializedCapacity: prefix.count + length) { bytes in
            _ = bytes.initialize(fromContentsOf: prefix)
            var rest = number
            for index in (prefix.count..<prefix.count + length).reversed() {
                bytes.initializeElement(at: index, to: Self.digits.utf8Start[Int(rest % 36)])
                rest /= 36
            }
            return prefix.count + length
        }
    }
}
