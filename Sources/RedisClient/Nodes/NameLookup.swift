import Dispatch
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Looks host names up, each once at a time for all who ask.
///
/// The system's lookup blocks, for many seconds while no name server answers, and cannot be stopped. Whoever asks leaves
/// when his time is up; the next attempt then waits for the same lookup instead of for a queue of them.
final class NameLookup: Sendable {
    typealias Addresses = Result<[SocketAddress], any Error>

    /// The system does not know the host, or did not find out.
    struct UnknownHost: Error, CustomStringConvertible {
        /// What `getaddrinfo` returned.
        let status: Int32
        var description: String { "host name lookup failed (\(status))" }
    }

    private let resolve: @Sendable (String) -> Addresses
    private let waiting = Mutex<[String: [UInt64: EventLoopPromise<[SocketAddress]>]]>([:])
    private let lastNumber = Atomic<UInt64>(0)
    private let queue = DispatchQueue(label: "RedisClient.NameLookup", attributes: .concurrent)

    /// Makes a lookup.
    ///
    /// - Parameter resolve: Finds the addresses of a name, without ports; may block.
    init(resolve: @escaping @Sendable (String) -> Addresses = NameLookup.askSystem) {
        self.resolve = resolve
    }

    /// A number that no other question has.
    func makeNumber() -> UInt64 { lastNumber.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Finds the addresses of a host, anew if nobody is just finding them.
    ///
    /// - Parameters:
    ///   - host: The name.
    ///   - number: Names the question, for ``cancel(_:of:)``.
    ///   - loop: The loop the answer comes on.
    /// - Returns: Addresses without ports, or an error; possibly long after.
    func addresses(of host: String, number: UInt64, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
        let promise = loop.makePromise(of: [SocketAddress].self)
        let isFirst = waiting.withLock { waiting in
            let isFirst = waiting[host] == nil
            waiting[host, default: [:]][number] = promise
            return isFirst
        }
        guard isFirst else { return promise.futureResult }
        queue.async {
            let addresses = self.resolve(host)
            let promises = self.waiting.withLock { $0.removeValue(forKey: host) }
            for promise in (promises ?? [:]).values { promise.completeWith(addresses) }
        }
        return promise.futureResult
    }

    /// Fails a question that is still open: its event loop may be gone when the lookup ends.
    func cancel(_ number: UInt64, of host: String) {
        // What is left of the host, even if it is nothing, says that a lookup is under way.
        waiting.withLock { $0[host]?.removeValue(forKey: number) }?.fail(ChannelError.ioOnClosedChannel)
    }

    private static func askSystem(_ host: String) -> Addresses {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_protocol = CInt(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { return .failure(UnknownHost(status: status)) }
        defer { freeaddrinfo(list) }
        let addresses = sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
            entry.flatMap { SocketAddress($0.pointee, host: host) }
        }
        return .success(addresses)
    }
}

extension SocketAddress {
    fileprivate init?(_ entry: addrinfo, host: String) {
        switch entry.ai_family {
        case AF_INET:
            self.init(UnsafeRawPointer(entry.ai_addr).load(as: sockaddr_in.self), host: host)
        case AF_INET6:
            self.init(UnsafeRawPointer(entry.ai_addr).load(as: sockaddr_in6.self), host: host)
        default:
            return nil
        }
    }
}
