import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct JSONWriterTests {
    @Test(
        arguments: [
            (JSONValue.null, "null"), (true, "true"), (false, "false"), (-5, "-5"),
            (.integer(.max), "9223372036854775807"), (0.5, "0.5"),
            (.double(.infinity), "null"), (.double(.nan), "null"), (.double(1e300), "1e+300"), ("", "\"\""),
            ("你😀/", "\"你😀/\""),
            ("\"\\\n\r\t", "\"\\\"\\\\\\n\\r\\t\""), ("\u{0}\u{8}\u{1f}\u{7f}", "\"\\u0000\\u0008\\u001f\u{7f}\""),
            ([], "[]"), ([:], "{}"),
            ([1, [nil]], "[1,[null]]"), (["b": 1, "a\"": "x"], "{\"b\":1,\"a\\\"\":\"x\"}"),
        ] as [(JSONValue, String)])
    func `values are written as JSON, members in their order`(value: JSONValue, expected: String) {
        #expect(value.text == expected)
    }
}
