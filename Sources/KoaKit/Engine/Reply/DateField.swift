import Glibc

/// The value of the `Date` field, rendered once a second.
///
/// One per event loop; not shared between threads.
final class DateField {
    private var second: time_t = 0
    private var text = ""

    /// Now, as an IMF-fixdate (RFC 9110, section 5.6.7).
    var value: String {
        let now = time(nil)
        if now != second {
            second = now
            text = HTTPDate.text(of: now)
        }
        return text
    }
}
