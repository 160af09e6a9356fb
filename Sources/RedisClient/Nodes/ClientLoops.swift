import NIOCore
import NIOPosix
import Synchronization

/// The event loops of a client, numbered; every node has its links in the same order.
final class ClientLoops: Sendable {
    let all: [any EventLoop]
    /// The loops in the same order, to be compared without counting references.
    private let identifiers: [ObjectIdentifier]
    private let turn = Atomic<Int>(0)

    init(_ group: any EventLoopGroup) {
        all = Array(group.makeIterator())
        identifiers = all.map { ObjectIdentifier($0) }
    }

    /// The number of the loop this code runs on; `nil` elsewhere.
    var current: Int? {
        guard let loop = MultiThreadedEventLoopGroup.currentEventLoop else { return nil }
        let identifier = ObjectIdentifier(loop)
        for index in identifiers.indices where identifiers[index] == identifier {
            return index
        }
        return nil
    }

    /// Takes the loops in turn, for callers that are on none of them.
    func next() -> Int {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return Int(UInt(bitPattern: turn) % UInt(all.count))
    }
}
