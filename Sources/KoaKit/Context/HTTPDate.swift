import FoundationEssentials
import Glibc

/// Dates as HTTP writes them (RFC 9110, section 5.6.7), to the second.
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// An instant as an IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(of instant: time_t) -> String {
        var instant = instant
        var parts = tm()
        gmtime_r(&instant, &parts)
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(1900 + parts.tm_year) \(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)) GMT"
    }

    /// A date as an IMF-fixdate; what is out of the calendar's range is taken to its end.
    static func text(of date: Date) -> String {
        let seconds = date.timeIntervalSince1970
        guard !seconds.isNaN else { return text(of: 0) }
        // The years 1000 to 9999: an IMF-fixdate has four digits for them.
        return text(of: time_t(min(max(seconds, -30_610_224_000), 253_402_300_799).rounded(.down)))
    }

    /// Reads an IMF-fixdate; nil for anything else, the obsolete forms included.
    static func date(_ text: some StringProtocol) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].utf8.count == 4, parts[0].hasSuffix(","),
            let day = number(parts[1], 2, 1...31), let month = months.firstIndex(of: String(parts[2])),
            let year = number(parts[3], 4, 1...9999)
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], 2, 0...23), let minute = number(clock[1], 2, 0...59),
            let second = number(clock[2], 2, 0...60)
        else { return nil }
        var fields = tm()
        fields.tm_year = year - 1900
        fields.tm_mon = Int32(month)
        fields.tm_mday = day
        fields.tm_hour = hour
        fields.tm_min = minute
        fields.tm_sec = second
        return Date(timeIntervalSince1970: Double(timegm(&fields)))
    }

    private static func number(_ text: some StringProtocol, _ digits: Int, _ range: ClosedRange<Int32>) -> Int32? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int32(text),
            range.contains(value)
        else { return nil }
        return value
    }
}
