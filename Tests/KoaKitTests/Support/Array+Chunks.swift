extension Array {
    /// The elements in pieces of random size, from 1 on.
    func chunks(ofAtMost maximum: Int, _ random: inout SeededGenerator) -> [[Element]] {
        var pieces: [[Element]] = []
        var rest = self[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...maximum, using: &random))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}
