import NIOCore
import Testing

@testable import RedisClient

@Suite struct WireFrameTests {
    private func bytes(_ frame: some WireFrame) -> String {
        var buffer = ByteBuffer()
        frame.write(to: &buffer)
        #expect(buffer.readableBytes <= frame.sizeEstimate)
        return String(buffer: buffer)
    }

    @Test(arguments: ["", "k", "a key\r\n", "密钥", String(repeating: "k", count: 12_345)])
    func `a key is framed with its length in bytes`(key: String) {
        #expect(bytes(KeyFrame.get(key)) == "*2\r\n$3\r\nGET\r\n$\(key.utf8.count)\r\n\(key)\r\n")
        #expect(bytes(KeyFrame.unlink(key)) == bytes(RedisCommand("UNLINK", .string(key))))
        #expect(bytes(KeyFrame.delete(key)) == bytes(RedisCommand("DEL", .string(key))))
        #expect(bytes(KeyFrame.timeToLive(key)) == bytes(RedisCommand("PTTL", .string(key))))
    }

    @Test func `a command is an array of bulk strings`() {
        let command = RedisCommand("X", "a", .integer(.min), .bytes(ByteBuffer(bytes: [0, 13, 10])), "")
        #expect(
            bytes(command) == "*5\r\n$1\r\nX\r\n$1\r\na\r\n$20\r\n-9223372036854775808\r\n$3\r\n\0\r\n\r\n$0\r\n\r\n")
    }

    @Test(arguments: [0, 9, 10, 99, 100, -1, -10, .max, .min])
    func `a number is framed as its decimal digits`(number: Int) {
        #expect(bytes(RedisCommand("X", .integer(number))) == bytes(RedisCommand("X", .string("\(number)"))))
    }

    @Test func `a script is called by its digest, with the count of its keys`() {
        let script = RedisScript("return 1")
        var frame = ScriptFrame(script: script, keys: ["k", ""], arguments: ["a", 7], isReadOnly: false)
        #expect(
            bytes(frame)
                == "*7\r\n$7\r\nEVALSHA\r\n$40\r\n\(script.digest)\r\n$1\r\n2\r\n$1\r\nk\r\n$0\r\n\r\n$1\r\na\r\n$1\r\n7\r\n"
        )
        frame.sendsSource = true
        #expect(bytes(frame).hasPrefix("*7\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n2\r\n"))
    }
}
