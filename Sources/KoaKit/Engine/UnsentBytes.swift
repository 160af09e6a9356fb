/// What the client had not taken when a deadline last looked at the connection.
struct UnsentBytes {
    private var count = 0

    /// Notes what the client has not taken now; says whether it is on its way: at the first look if there is anything,
    /// later if there is less than before.
    mutating func shrinks(to now: Int) -> Bool {
        defer { count = now }
        return count == 0 ? now > 0 : now < count
    }
}
