import KoaKit
import KoaTesting
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EngineFuzzTests {
    static let seeds = [
        "GET /a?b=c HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;n=v\r\nhello\r\n0\r\nX: y\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
        "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    ]
    static let pieces = [
        "\r\n", "\n", "\r", ":", " ", "\u{0}", "\u{7f}", "chunked", "Content-Length: 3\r\n", "0\r\n\r\n", "ffff",
        "\r\n\r\n",
    ]

    private func mutate(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes += Array(Self.seeds.randomElement(using: &generator)?.utf8 ?? "".utf8)
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator)?.utf8 ?? "".utf8, at: index)
            case 3: bytes.removeSubrange(index...)
            default:
                let end = min(bytes.count, index + Int.random(in: 1...20, using: &generator))
                bytes.insert(contentsOf: bytes[index..<end], at: index)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `mutated requests neither crash nor hang the server, and every reply is well-formed`(seed: UInt64) async throws
    {
        var generator = SeededGenerator(seed: seed)
        try await Application.echo().withServer { server in
            for round in 0..<750 {
                let bytes = mutate(&generator)
                let connection = try await RawConnection.connect(port: server.port)
                let cut = Int.random(in: 0...bytes.count, using: &generator)
                try? await connection.send(Array(bytes[..<cut]))
                try? await connection.send(Array(bytes[cut...]))
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    try? await connection.reset()
                    continue
                }
                try? await connection.finishSending()
                // Bounded: a hang is a timeout, which fails the test.
                let replies = try await connection.readToEnd()
                #expect(
                    replies.isEmpty || replies.starts(with: "HTTP/1.1 ".utf8), "seed \(seed), round \(round): \(bytes)")
                await connection.close()
            }
            let connection = try await RawConnection.connect(port: server.port)
            try await connection.send("GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await connection.readReply().text == "GET /alive")
        }
    }
}
