/// How much of what was written the client has taken, from one look to the next.
struct WriteProgress {
    /// All that was given to the channel so far, in bytes.
    private(set) var written = 0
    private var taken = 0

    mutating func add(_ count: Int) { written &+= count }

    /// Notes where the client stands.
    ///
    /// - Parameter buffered: What the channel holds now.
    mutating func look(buffered: Int) { taken = written - buffered }

    /// Notes where the client stands now; says whether it took anything since the last look.
    mutating func advances(buffered: Int) -> Bool {
        let before = taken
        look(buffered: buffered)
        return taken > before
    }
}
