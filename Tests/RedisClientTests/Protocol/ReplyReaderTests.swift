import NIOCore
import Testing

@testable import RedisClient

@Suite struct ReplyReaderTests {
    static let corpus: [(bytes: String, value: RedisValue)] = [
        ("+OK\r\n", .simpleString("OK")),
        ("-WRONGTYPE Operation against a key\r\n", .error(.wrongType)),
        ("-ERR unknown command 'x', with args beginning with: 'secret'\r\n", .error(.general)),
        (":-42\r\n", .integer(-42)),
        (":9223372036854775807\r\n", .integer(.max)),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("$0\r\n\r\n", .bulk(ByteBuffer())),
        ("$7\r\na\r\nb\0\r\n\r\n", .bulk(ByteBuffer(string: "a\r\nb\0\r\n"))),
        ("*0\r\n", .array([])),
        (
            "*4\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n+x\r\n-NOPERM no\r\n",
            .array([
                .bulk(ByteBuffer(string: "a")), .array([.integer(1), .null]), .simpleString("x"),
                .error(.noPermission),
            ])
        ),
    ]

    /// Feeds pieces and returns all replies.
    private func read(_ pieces: [[UInt8]], limit: Int = 1_000_000) throws(RedisError) -> [RedisValue] {
        let reader = try ReplyReader(maximumReplyBytes: limit)
        var replies: [RedisValue] = []
        for piece in pieces {
            let failure = piece.withUnsafeBytes { bytes -> RedisError? in
                do throws(RedisError) {
                    try reader.read(bytes) {
                        replies.append($0)
                        return true
                    }
                    return nil
                } catch {
                    return error
                }
            }
            if let failure { throw failure }
        }
        return replies
    }

    @Test(arguments: corpus.indices)
    func `a reply reads the same wherever it is cut`(index: Int) throws {
        let bytes = Array(Self.corpus[index].bytes.utf8)
        for cut in 0...bytes.count {
            #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == [Self.corpus[index].value])
        }
    }

    @Test func `replies in a row read the same wherever they are cut`() throws {
        let bytes = Self.corpus.flatMap { Array($0.bytes.utf8) }
        let values = Self.corpus.map(\.value)
        #expect(try read([bytes]) == values)
        #expect(try read(bytes.map { [$0] }) == values)
        for cut in 0...bytes.count {
            #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == values)
        }
    }

    @Test func `a value larger than a slice is whole`() throws {
        let text = String(repeating: "0123456789", count: 50_000)
        let bytes = Array("$\(text.utf8.count)\r\n\(text)\r\n:1\r\n".utf8)
        #expect(try read([bytes]) == [.bulk(ByteBuffer(string: text)), .integer(1)])
    }

    @Test(arguments: [
        "garbage\r\n", "_\r\n", "#t\r\n", ",1.5\r\n", "%1\r\n+a\r\n+b\r\n", "~1\r\n+a\r\n", ">1\r\n+a\r\n",
        "$x\r\n", "*x\r\n", ":1x\r\n", "*1\r\n_\r\n", "$-2\r\n", "*-2\r\n",
    ])
    func `what is not RESP2 is refused`(bytes: String) {
        #expect(throws: RedisError.protocolViolation(.malformedReply)) { try read([Array(bytes.utf8)]) }
    }

    @Test func `eight arrays inside each other are read and nine are refused`() throws {
        let eight = String(repeating: "*1\r\n", count: 8) + ":1\r\n"
        var value = RedisValue.integer(1)
        for _ in 0..<8 { value = .array([value]) }
        #expect(try read([Array(eight.utf8)]) == [value])
        do throws(RedisError) {
            _ = try read([Array(("*1\r\n" + eight).utf8)])
            Issue.record("nine were read")
        } catch {
            #expect(error.detail == .nestedTooDeep)
        }
    }

    @Test(arguments: ["*2147483647\r\n", "$9000000000000000000\r\n", "*100000\r\n"])
    func `a reply announced too large is refused within the bound`(head: String) {
        do throws(RedisError) {
            _ = try read(
                [Array(head.utf8)] + Array(repeating: Array(repeating: 0x2B, count: 1_000), count: 200), limit: 100_000)
            Issue.record("it was read")
        } catch {
            #expect(error.detail == .replyTooLarge)
        }
    }

    @Test func `many replies may come at once, however small the bound of each`() throws {
        let bytes = Array("$5\r\nvalue\r\n".utf8)
        #expect(try read([Array(repeatElement(bytes, count: 1_000).joined())], limit: 5).count == 1_000)
        #expect(throws: RedisError.self) { try read([bytes], limit: 4) }
    }

    @Test func `a bulk of the bound itself is read, wherever it is cut`() throws {
        let bytes = Array("$20000\r\n\(String(repeating: "x", count: 20_000))\r\n".utf8)
        for cut in [0, 1, 7, 8, 9, 10_000, 20_007, 20_008, 20_009] {
            #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])], limit: 20_000).count == 1)
        }
    }

    @Test func `many small elements are bounded by their bytes`() throws {
        let bytes = Array(
            ("*3\r\n" + String(repeating: "$4000\r\n" + String(repeating: "x", count: 4_000) + "\r\n", count: 3)).utf8)
        #expect(try read([bytes], limit: 13_000).count == 1)
        #expect(throws: RedisError.self) { try read([bytes], limit: 8_000) }
    }
}
