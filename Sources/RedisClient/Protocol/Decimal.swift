/// Numbers as Redis frames want them: ASCII digits, without a `String` in between.
enum Decimal {
    /// What the longest number takes, `-9223372036854775808`.
    static let maximumLength = 20

    /// Writes a number.
    ///
    /// - Parameters:
    ///   - number: Any.
    ///   - room: At least ``maximumLength`` bytes.
    /// - Returns: The number of bytes written.
    static func write(_ number: Int, to room: UnsafeMutableRawBufferPointer) -> Int {
        let length = length(of: number)
        var rest = number.magnitude
        var place = length
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place -= 1
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if number < 0 { room[0] = UInt8(ascii: "-") }
        return length
    }

    /// How many bytes a number takes.
    static func length(of number: Int) -> Int {
        var length = number < 0 ? 2 : 1
        var rest = number.magnitude
        while rest >= 10 {
            rest /= 10
            length += 1
        }
        return length
    }
}
