/// Numbers as Redis frames want them: ASCII digits, without a `String` in between.
enum Decimal {
    /// Writes a count.
    ///
    /// - Parameters:
    ///   - count: Zero or more.
    ///   - room: At least 20 bytes.
    /// - Returns: The number of bytes written.
    static func write(_ count: Int, to room: UnsafeMutableRawBufferPointer) -> Int {
        let length = digits(of: count)
        var rest = count
        for place in stride(from: length - 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        return length
    }

    private static func digits(of count: Int) -> Int {
        var length = 1
        var rest = count
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        return length
    }
}
