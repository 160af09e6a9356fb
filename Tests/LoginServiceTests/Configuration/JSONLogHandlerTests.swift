import Foundation
import KoaKit
import Logging
import NIOCore
import Testing

@testable import LoginService

struct JSONLogHandlerTests {
    private func line(_ message: Logger.Message, _ metadata: Logger.Metadata = [:]) -> String {
        let event = LogEvent(
            level: .warning, message: message, error: nil, metadata: metadata, source: nil, file: "", function: "",
            line: 1)
        return JSONLogHandler().line(of: event, at: Date(timeIntervalSince1970: 1_700_000_000.25))
    }

    @Test func `a line is one JSON object, its time in UTC as RFC 3339 has it`() {
        let expected =
            #"{"time":"2023-11-14T22:13:20.250Z","level":"warning","message":"hello","a":"1","b":"2"}"#
        #expect(line("hello", ["b": "2", "a": "1"]) == expected)
    }

    @Test func `line ends and quotes cannot break out of a line`() throws {
        let line = line("a\n\"b\"", ["k\"\n": "v\r\n\u{0}"])
        #expect(!line.contains("\n") && !line.contains("\r"))
        let json = try JSONValue(parsing: ByteBuffer(string: line))
        #expect(json["message"] == "a\n\"b\"" && json["k\"\n"] == "v\r\n\u{0}")
    }

    @Test func `metadata cannot repeat the line's own members`() throws {
        let json = try JSONValue(parsing: ByteBuffer(string: line("m", ["message": "x", "time": "y", "level": "z"])))
        #expect(json["message"] == "m" && json["metadata.message"] == "x")
    }
}
