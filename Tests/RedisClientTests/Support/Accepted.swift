import NIOCore
import Synchronization

/// The connections a server has taken.
final class Accepted: Sendable {
    private let channels = Mutex<[any Channel]>([])

    func add(_ channel: any Channel) { channels.withLock { $0.append(channel) } }

    var all: [any Channel] { channels.withLock(\.self) }
    var first: (any Channel)? { all.first }
    var count: Int { all.count }
}
