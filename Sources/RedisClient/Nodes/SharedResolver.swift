import NIOCore
import NIOPosix

/// Lets a connection race the addresses of both families, of a lookup that is shared.
struct SharedResolver: Resolver {
    private let lookup: NameLookup
    private let host: String
    private let loop: any EventLoop
    private let numbers: (v4: UInt64, v6: UInt64)

    init(_ lookup: NameLookup, host: String, loop: any EventLoop) {
        self.lookup = lookup
        self.host = host
        self.loop = loop
        numbers = (lookup.makeNumber(), lookup.makeNumber())
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(.inet, port: port, number: numbers.v4)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        addresses(.inet6, port: port, number: numbers.v6)
    }

    func cancelQueries() {
        for number in [numbers.v4, numbers.v6] { lookup.cancel(number, of: host) }
    }

    private func addresses(
        _ family: NIOBSDSocket.ProtocolFamily, port: Int, number: UInt64
    ) -> EventLoopFuture<[SocketAddress]> {
        lookup.addresses(of: host, number: number, on: loop).map { addresses in
            addresses.filter { $0.protocol == family }.map { address in
                var address = address
                address.port = port
                return address
            }
        }
    }
}
