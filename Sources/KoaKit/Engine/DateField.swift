import Glibc

/// The value of the `Date` field, rendered once a second.
///
/// One per connection's loop; not shared between threads.
final class DateField {
    private var second: time_t = 0
    private var text = ""

    /// Now, as an IMF-fixdate (RFC 9110, section 5.6.7).
    var value: String {
        let now = time(nil)
        if now != second {
            second = now
            text = Self.render(now)
        }
        return text
    }

    private static func render(_ instant: time_t) -> String {
        var instant = instant
        var parts = tm()
        gmtime_r(&instant, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(1900 + parts.tm_year) \(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)) GMT"
    }
}
