extension SandboxApp {
    /// Whether AppID and AppSecret look like those of a real mini program: `wx` and 16 hexadecimal digits, and 32 of
    /// them, neither evidently made up.
    ///
    /// Made up is what has five digits in a row that are equal or count, repeats itself, or is the AppID of WeChat's
    /// own examples; of real ones, one in some 600 has that too.
    public var hasRealLook: Bool {
        guard appid.hasPrefix("wx"), appid != Self.exampleAppID else { return false }
        return Self.isRandomHex(appid.dropFirst(2), count: 16) && Self.isRandomHex(secret[...], count: 32)
    }

    /// WeChat Mini Program guide, "signature verification and decryption of open data".
    private static let exampleAppID = "wx4f4bc4dec97d474b"

    private static func isRandomHex(_ text: Substring, count: Int) -> Bool {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == count, text.utf8.count == count else { return false }
        let repeatsItself = (1...count / 2).contains { digits.dropFirst($0).elementsEqual(digits.dropLast($0)) }
        return !repeatsItself && ![-1, 0, 1].contains { hasRun(of: 5, step: $0, in: digits) }
    }

    /// Whether so many digits in a row differ by `step` each.
    private static func hasRun(of length: Int, step: Int, in digits: [Int]) -> Bool {
        var run = 1
        for (digit, next) in zip(digits, digits.dropFirst()) {
            run = next - digit == step ? run + 1 : 1
            if run == length { return true }
        }
        return false
    }
}
