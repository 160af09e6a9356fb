import KoaKit
import NIOCore
import Testing

func parse(_ text: String, depth: Int = JSONValue.defaultMaximumDepth) throws -> JSONValue {
    try JSONValue(parsing: ByteBuffer(string: text), maximumDepth: depth)
}

@Suite(.timeLimit(.minutes(1)))
struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" \t\r\n true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("0.5", 0.5), ("-0.0", .double(-0.0)),
            ("1e3", .double(1000)),
            ("1E+2", .double(100)), ("1.5e-1", 0.15), ("1e308", .double(1e308)), ("\"\"", ""),
            ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\u{8}\u{c}\n\r\t"),
            ("\"\\u0041\\u4f60\\u00e9\"", "A你é"), ("\"\\uD83D\\uDE00\"", "😀"), ("\"\\ud83d\\ude00\"", "😀"),
            ("\"😀\u{7f}\"", "😀\u{7f}"),
            ("\"\\u0000\"", "\u{0}"), ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]), ("{ }", [:]),
            ("{\"b\":1 , \"a\" : [null]}", ["b": 1, "a": [nil]]), ("{\"\":1}", ["": 1]),
        ] as [(String, JSONValue)])
    func `JSON is read`(text: String, expected: JSONValue) throws {
        #expect(try parse(text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "undefined", "+1", "-", "01", "-01", "1.",
        ".5", "1e", "1e+",
        "1.e1", "0x1", "1_0", "--1", "1 2", "[1,]", "[,1]", "[", "]", "[1", "[1 2]", "{", "}", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{,}", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"", "\"\\U0041\"", "\"a\nb\"", "\"a\u{0}b\"", "\"a\tb\"", "'a'", "\u{feff}1", "1\u{0}", "\u{0}",
        "// a\n1", "/**/1",
        "1e999", "-1e999", "\u{a0}1", "\u{2028}1", "\"\\ud83d", "\"\\ud83d\\", "\"\\ud83d\\u", "\"\\ud83d\\ude0",
        "{\"a\":1}{",
        "\"\\u\u{ff11}234\"",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: HTTPError.self) { try parse(text) }
    }

    @Test(arguments: [
        "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\u0041\"", "\"\\ude00\\ud83d\"",
        "{\"\\ud800\":1}",
    ])
    func `a lone surrogate is refused`(text: String) {
        #expect(throws: HTTPError.self) { try parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xFF], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF],
            [0xF0, 0x80, 0x80, 0xAF],
            [0xED, 0xA0, 0x80], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xE4, 0xBD], [0xF0, 0x9F, 0x98], [0xFE],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        for text in [
            [0x22] + bytes + [0x22], [0x22, 0x5C, 0x6E] + bytes + [0x22], [0x7B, 0x22] + bytes + Array("\":1}".utf8),
            bytes,
        ] {
            #expect(throws: HTTPError.self) { try JSONValue(parsing: ByteBuffer(bytes: text)) }
        }
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `32 levels are read and 33 are refused`(open: String) throws {
        let close = open == "[" ? "]" : "}"
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth - 1) + (open == "[" ? "[]" : "{}")
                + String(repeating: close, count: depth - 1)
        }
        _ = try parse(nested(32))
        #expect(throws: HTTPError.self) { try parse(nested(33)) }
        _ = try parse(nested(3), depth: 3)
        #expect(throws: HTTPError.self) { try parse(nested(4), depth: 3) }
        // Deep enough to exhaust the stack of a parser without a limit.
        #expect(throws: HTTPError.self) { try parse(String(repeating: open, count: 1_000_000)) }
    }

    @Test(arguments: [
        "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":1,\"a\":2}",
        "{\"\":1,\"\":2}",
        "[{\"x\":{\"a\":1,\"a\":2}}]", "{\"/\":1,\"\\/\":2}", "{\"😀\":1,\"\\ud83d\\ude00\":2}",
    ])
    func `a repeated name is refused, also under an escape`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try parse(text) }
        #expect(error?.message.contains("repeats") == true)
    }

    @Test(arguments: [2, 7, 8, 9, 10, 100])
    func `a repeated name is found among any number of members`(count: Int) throws {
        let names = (0..<count).map { "n\($0)" }
        func object(_ names: [String]) -> String { "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}" }
        _ = try parse(object(names))
        for repeated in names { #expect(throws: HTTPError.self) { try parse(object(names + [repeated])) } }
        #expect(throws: HTTPError.self) { try parse(object(names + ["\\u006e0"])) }
        for repeated in names { _ = try parse("{\"\(repeated)\":\(object(names))}") }
    }

    @Test func `an object of thousands of members is read in a moment`() throws {
        let text = "{" + (0..<50_000).map { "\"n\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try ContinuousClock().measure { _ = try parse(text) } < .seconds(10))
    }

    @Test func `every truncation is refused and every offset is inside the text`() throws {
        let text = " {\"a\" : [1, -2.5e3, \"x\\u00e9\\ud83d\\ude00\\n\", true, false, null], \"你\": {}} "
        let bytes = Array(text.utf8)
        _ = try parse(text)
        for end in 0..<(bytes.count - 1) {
            let error = #expect(throws: HTTPError.self) { try JSONValue(parsing: ByteBuffer(bytes: bytes[..<end])) }
            #expect(error?.status == 400 && error?.reason == .malformedBody)
            let offset = error?.message.split(separator: " ").last.flatMap { Int($0) }
            #expect(offset.map { $0 <= end } == true, "\(end): \(error?.message ?? "")")
        }
        // A byte that can stand nowhere is noticed wherever it stands.
        for index in bytes.indices {
            var broken = bytes
            broken[index] = 0x01
            #expect(throws: HTTPError.self, "\(index)") { try JSONValue(parsing: ByteBuffer(bytes: broken)) }
        }
    }

    @Test func `a buffer is read from its reader index to its end`() throws {
        var buffer = ByteBuffer(string: "xx[1]yy")
        buffer.moveReaderIndex(to: 2)
        buffer.moveWriterIndex(to: 5)
        #expect(try JSONValue(parsing: buffer) == [1])
    }
}
