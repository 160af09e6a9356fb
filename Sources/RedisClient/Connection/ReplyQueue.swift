import NIOCore

/// The commands of one connection that wait for replies, oldest first.
///
/// A command that is given up leaves its place empty: the reply still comes, and takes that place instead of the
/// next one's. Places are numbered without gaps, and one link never uses a number twice, so a late cancellation
/// finds nothing rather than somebody else.
struct ReplyQueue<Receiver> {
    struct Place {
        /// Who gets the reply; `nil` once given up.
        var receiver: Receiver?
        let deadline: NIODeadline
        /// When the connection counts as stalled, if this is its oldest unanswered command.
        let stallDeadline: NIODeadline
    }

    private var places: CircularBuffer<Place>
    private var firstNumber: UInt64

    init(firstNumber: UInt64, capacity: Int = 64) {
        self.firstNumber = firstNumber
        places = CircularBuffer(initialCapacity: capacity)
    }

    /// The number the next command gets.
    var nextNumber: UInt64 { firstNumber + UInt64(places.count) }

    var count: Int { places.count }

    var isEmpty: Bool { places.isEmpty }

    /// When the oldest command makes the connection count as stalled.
    var stallDeadline: NIODeadline? { places.first?.stallDeadline }

    /// The earliest deadline of those who still wait; deadlines are not in the order of the queue.
    var earliestDeadline: NIODeadline? {
        places.lazy.filter { $0.receiver != nil }.map(\.deadline).min()
    }

    mutating func append(_ receiver: Receiver, deadline: NIODeadline, stallDeadline: NIODeadline) {
        places.append(Place(receiver: receiver, deadline: deadline, stallDeadline: stallDeadline))
    }

    /// Takes the place the next reply belongs to; `nil` when nobody asked for one.
    mutating func popFirst() -> Place? {
        guard let place = places.popFirst() else { return nil }
        firstNumber += 1
        return place
    }

    /// Empties a place, if it is still waiting, and returns who was in it.
    mutating func giveUp(_ number: UInt64) -> Receiver? {
        guard number >= firstNumber, number - firstNumber < UInt64(places.count) else { return nil }
        let index = places.index(places.startIndex, offsetBy: Int(number - firstNumber))
        let receiver = places[index].receiver
        places[index].receiver = nil
        return receiver
    }

    /// Empties every place whose deadline has come and returns who was in them.
    mutating func giveUpExpired(at now: NIODeadline) -> [Receiver] {
        var expired: [Receiver] = []
        for index in places.indices where places[index].deadline <= now {
            guard let receiver = places[index].receiver else { continue }
            expired.append(receiver)
            places[index].receiver = nil
        }
        return expired
    }

    /// Takes everyone out, oldest first, with their numbers.
    mutating func removeAll() -> [(number: UInt64, receiver: Receiver)] {
        var all: [(number: UInt64, receiver: Receiver)] = []
        while let place = popFirst() {
            if let receiver = place.receiver { all.append((firstNumber - 1, receiver)) }
        }
        return all
    }
}
