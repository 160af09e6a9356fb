import NIOCore

/// The commands of one connection that wait for replies, oldest first.
///
/// A command that is given up leaves its place empty: the reply still comes, and takes that place instead of the
/// next one's. Commands sent together for one caller have one place, which waits for as many replies. A place has the
/// number its caller took before it asked. Not every number taken is used, but one link never gives one out twice, so
/// a late cancellation, or that of a caller who was refused, finds nothing rather than somebody else.
struct ReplyQueue<Receiver> {
    struct Place {
        /// Higher than that of the place before.
        let number: UInt64
        /// Who gets the reply; `nil` once given up.
        var receiver: Receiver?
        /// The replies still to come, at least one; 32 bits, which fill what alignment leaves free.
        var replyCount: Int32
        /// Another name of the place, for those who cannot know its number; 0 for none.
        let ticket: UInt64
        let deadline: NIODeadline
        /// When the connection counts as stalled, if this is its oldest unanswered command.
        let stallDeadline: NIODeadline
    }

    private var places: CircularBuffer<Place>

    /// How many replies are still to come, to all places together.
    private(set) var replyCount = 0

    init(capacity: Int = 64) {
        places = CircularBuffer(initialCapacity: capacity)
    }

    var isEmpty: Bool { places.isEmpty }

    /// When the oldest command makes the connection count as stalled.
    var stallDeadline: NIODeadline? { places.first?.stallDeadline }

    /// The earliest deadline of those who still wait; deadlines are not in the order of the queue.
    var earliestDeadline: NIODeadline? {
        places.lazy.filter { $0.receiver != nil }.map(\.deadline).min()
    }

    mutating func append(
        _ receiver: Receiver, number: UInt64, replyCount: Int = 1, ticket: UInt64 = 0, deadline: NIODeadline,
        stallDeadline: NIODeadline
    ) {
        self.replyCount += replyCount
        places.append(
            Place(
                number: number, receiver: receiver, replyCount: Int32(replyCount), ticket: ticket, deadline: deadline,
                stallDeadline: stallDeadline))
    }

    /// Finds the place the next reply belongs to, and removes it with its last reply; `nil` when nobody asked for one.
    ///
    /// In the place returned this reply is counted off: zero are left after the last one.
    mutating func takeReply() -> Place? {
        guard var place = places.popFirst() else { return nil }
        replyCount -= 1
        place.replyCount -= 1
        if place.replyCount > 0 { places.prepend(place) }
        return place
    }

    /// Empties a place, if it is still waiting, and returns who was in it.
    mutating func giveUp(_ number: UInt64) -> Receiver? {
        guard let index = index(of: number) else { return nil }
        let receiver = places[index].receiver
        places[index].receiver = nil
        return receiver
    }

    /// Halves the range until the number is found.
    private func index(of number: UInt64) -> CircularBuffer<Place>.Index? {
        var range = 0..<places.count
        while !range.isEmpty {
            let middle = places.index(places.startIndex, offsetBy: range.lowerBound + range.count / 2)
            let found = places[middle].number
            if found == number { return middle }
            range =
                found < number
                ? range.lowerBound + range.count / 2 + 1..<range.upperBound
                : range.lowerBound..<range.lowerBound + range.count / 2
        }
        return nil
    }

    /// Empties the places with these tickets that are still waiting, and returns who was in them.
    mutating func giveUp(_ tickets: Set<UInt64>) -> [Receiver] {
        empty { tickets.contains($0.ticket) }
    }

    /// Empties every place whose deadline has come and returns who was in them.
    mutating func giveUpExpired(at now: NIODeadline) -> [Receiver] {
        empty { $0.deadline <= now }
    }

    private mutating func empty(where isMeant: (Place) -> Bool) -> [Receiver] {
        var receivers: [Receiver] = []
        for index in places.indices where isMeant(places[index]) {
            guard let receiver = places[index].receiver else { continue }
            receivers.append(receiver)
            places[index].receiver = nil
        }
        return receivers
    }

    /// Takes everyone out, oldest first, with their numbers.
    mutating func removeAll() -> [(number: UInt64, receiver: Receiver)] {
        var all: [(number: UInt64, receiver: Receiver)] = []
        while let place = places.popFirst() {
            if let receiver = place.receiver { all.append((place.number, receiver)) }
        }
        replyCount = 0
        return all
    }
}
