import FoundationEssentials
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

    /// How many inputs each seed of a test makes; `FUZZ_INPUTS` asks for more.
    static let inputs = ProcessInfo.processInfo.environment["FUZZ_INPUTS"].flatMap { Int($0) } ?? 750

    private func mutatedRequests(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes += Array(Self.seeds.randomElement(using: &generator)?.utf8 ?? "".utf8)
        }
        mutate(&bytes, &generator)
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
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
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `mutated requests neither crash nor hang the server, and every reply is well-formed`(seed: UInt64) async throws
    {
        var generator = SeededGenerator(seed: seed)
        try await Application.echo().withServer { server in
            for round in 0..<Self.inputs {
                let bytes = mutatedRequests(&generator)
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

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `pipelined requests among mutated ones are answered in their order, each once`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: 100 + seed)
        try await Application.echo().withServer { server in
            for round in 0..<Self.inputs {
                var bytes: [UInt8] = []
                let broken = Int.random(in: 0...8, using: &generator)
                for number in 0..<8 {
                    let path = number == broken ? "/broken" : "/n\(number)."
                    var request = Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
                    if number.isMultiple(of: 3) {
                        request = Array("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab".utf8)
                    }
                    if number == broken { mutate(&request, &generator) }
                    bytes += request
                }
                let connection = try await RawConnection.connect(port: server.port)
                try? await connection.send(bytes)
                try? await connection.finishSending()
                let replies = String(decoding: try await connection.readToEnd(), as: UTF8.self)
                let answered = replies.matches(of: /[A-Z]+ \/n([0-7])\./).compactMap { Int($0.1) }
                // Those before the broken one all, in order; those after it as far as the connection lived.
                #expect(answered.starts(with: 0..<broken), "seed \(100 + seed), round \(round): \(answered)")
                #expect(
                    zip(answered, answered.dropFirst()).allSatisfy { $0 < $1 },
                    "seed \(100 + seed), round \(round): \(answered)")
                await connection.close()
            }
        }
    }
}
