import NIOCore
import RedisClient
import Testing

@Suite struct DecodingTests {
    private func bulk(_ text: String) -> RedisValue { .bulk(ByteBuffer(string: text)) }

    @Test func `scalars are read from the kinds that can mean them`() throws {
        #expect(try bulk("密\r\n").decode(as: String.self) == "密\r\n")
        #expect(try RedisValue.simpleString("OK").decode(as: String.self) == "OK")
        #expect(try RedisValue.integer(-7).decode(as: Int.self) == -7)
        #expect(try bulk("9223372036854775807").decode(as: Int.self) == .max)
        #expect(try bulk("18446744073709551615").decode(as: UInt64.self) == .max)
        #expect(try bulk("-inf").decode(as: Double.self) == -.infinity)
        #expect(try RedisValue.integer(3).decode(as: Double.self) == 3)
        #expect(try RedisValue.integer(1).decode(as: Bool.self))
        #expect(try RedisValue.null.decode(as: Int?.self) == nil)
        #expect(try bulk("1").decode(as: Int?.self) == 1)
        #expect(try bulk("x").decode(as: ByteBuffer.self) == ByteBuffer(string: "x"))
    }

    @Test func `collections and tuples are read element by element`() throws {
        let pairs = RedisValue.array([bulk("a"), .integer(1), bulk("b"), bulk("2")])
        #expect(try pairs.decode(as: [String: Int].self) == ["a": 1, "b": 2])
        #expect(try RedisValue.array([.null, bulk("x")]).decode(as: [String?].self) == [nil, "x"])
        #expect(try RedisValue.array([bulk("x"), bulk("x")]).decode(as: Set<String>.self) == ["x"])
        let (flag, list, rest) = try RedisValue.array([.integer(1), pairs, .null])
            .decode(as: (Bool.self, [RedisValue].self, Int?.self))
        #expect(flag && list.count == 4 && rest == nil)
        #expect(try RedisValue.array([]).decode(as: [[Int]].self).isEmpty)
    }

    @Test(arguments: [
        (RedisValue.null, RedisValue.Kind.null), (.array([]), .array), (.integer(2), .integer),
        (.simpleString("hunter2"), .simpleString), (.error(.general), .error),
        (.bulk(ByteBuffer(string: "hunter2")), .bulk),
    ])
    func `what does not mean the type is refused with its kind and no content`(
        value: RedisValue, kind: RedisValue.Kind
    ) throws {
        let error = #expect(throws: RedisDecodingError.self) { try value.decode(as: Bool.self) }
        #expect(error?.found == kind)
        #expect(error.map { "\($0)".contains("hunter2") } == false)
    }

    @Test func `numbers that do not fit, text that is no number, and bytes that are no text are refused`() {
        for text in ["", " 1", "1 ", "9223372036854775808", "0x10", "1.0", "１"] {
            #expect(throws: RedisDecodingError.self) { try bulk(text).decode(as: Int.self) }
        }
        #expect(throws: RedisDecodingError.self) { try RedisValue.integer(-1).decode(as: UInt64.self) }
        #expect(throws: RedisDecodingError.self) {
            try RedisValue.bulk(ByteBuffer(bytes: [0xff])).decode(as: String.self)
        }
        #expect(throws: RedisDecodingError.self) {
            try RedisValue.array([.integer(1)]).decode(as: [Int: Int].self)
        }
        #expect(throws: RedisDecodingError.self) {
            try RedisValue.array([.integer(1)]).decode(as: (Int.self, Int.self))
        }
        #expect(throws: RedisDecodingError.self) {
            try RedisValue.array([.integer(1), .integer(1), .integer(1)]).decode(as: (Int.self, Int.self))
        }
    }

    @Test func `random values come back as what they were`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<1_000 {
            let number = Int.random(in: .min ... .max, using: &generator) >> Int.random(in: 0..<64)
            #expect(try value(of: number.redisArgument).decode(as: Int.self) == number)
            let fraction = Double(bitPattern: UInt64.random(in: 0 ... .max))
            if !fraction.isNaN { #expect(try value(of: fraction.redisArgument).decode(as: Double.self) == fraction) }
            let text = String(
                String.UnicodeScalarView((0..<8).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF)) }))
            #expect(try value(of: text.redisArgument).decode(as: String.self) == text)
        }
    }

    @Test func `random replies are read or refused, never more`() {
        for _ in 0..<2_000 {
            let value = randomValue(depth: 3)
            _ = try? value.decode(as: [String: Double].self)
            _ = try? value.decode(as: [Int?].self)
            _ = try? value.decode(as: (String.self, [Int].self))
            _ = try? value.decode(as: UInt64.self)
            #expect((try? value.decode(as: RedisValue.self)) == value)
        }
    }

    /// What the server would send back for an argument it stored.
    private func value(of argument: RedisArgument) -> RedisValue {
        switch argument {
        case .string(let text): bulk(text)
        case .bytes(let bytes): .bulk(bytes)
        case .integer(let number): bulk(String(number))
        }
    }

    private func randomValue(depth: Int) -> RedisValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5)) {
        case 0: .null
        case 1: .integer(.random(in: -2...2))
        case 2: .bulk(ByteBuffer(bytes: (0..<Int.random(in: 0..<6)).map { _ in UInt8.random(in: 0 ... .max) }))
        case 3: .simpleString("OK")
        case 4: .error(.general)
        default: .array((0..<Int.random(in: 0..<5)).map { _ in randomValue(depth: depth - 1) })
        }
    }
}
