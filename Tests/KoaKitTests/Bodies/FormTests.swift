import NIOCore
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct FormTests {
    private func form(_ text: String, maximumCount: Int = 10) throws -> Form {
        try Form(parsing: ByteBuffer(string: text), maximumCount: maximumCount)
    }

    @Test(arguments: [
        ("a=1&b=2", [Form.Field("a", "1"), .init("b", "2")]),
        ("a=1&a=2&a", [.init("a", "1"), .init("a", "2"), .init("a", "")]),
        ("a+b=c+d%2B%26%3d", [.init("a b", "c d+&=")]),
        ("n=%E4%BD%A0%e5%a5%bd", [.init("n", "你好")]),
        ("n=你", [.init("n", "你")]),
        ("=x&&y==z&", [.init("", "x"), .init("y", "=z")]),
        ("", []),
    ])
    func `fields are decoded in order`(text: String, fields: [Form.Field]) throws {
        #expect(try form(text).fields == fields)
    }

    /// Users asked for it and Koa refused for lack of a specification.
    @Test func `koa 4.15 names do not nest, and give their first or all values`() throws {
        let form = try form("user[name]=a&tag=x&tag=y&user.age=1")
        #expect(form["user[name]"] == "a")
        #expect(form["user.age"] == "1")
        #expect(form["tag"] == "x")
        #expect(form.all("tag") == ["x", "y"])
        #expect(form["user"] == nil)
        #expect(form.all("user") == [])
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "%=a", "a=%ff", "a=%c3", "a=%ed%a0%80", "a=%c0%80"])
    func `koa 4.23 a malformed escape or text that is not UTF-8 is 400`(text: String) throws {
        let error = #expect(throws: HTTPError.self) { try form(text) }
        #expect(error?.status == 400)
        #expect(error?.reason == .malformedBody)
    }

    @Test func `too many fields are 413`() throws {
        #expect(try form("a&b&c", maximumCount: 3).fields.count == 3)
        let error = #expect(throws: HTTPError.self) { try form("a&b&c&d", maximumCount: 3) }
        #expect(error?.status == 413)
        #expect(error?.reason == .payloadTooLarge)
    }

    @Test func `hostile bytes never crash`() throws {
        var random = SeededGenerator(seed: 3)
        let alphabet = Array("%%%%&&==+aF09\u{0}ÿ你".utf8) + [0x80, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<40, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            do {
                let form = try Form(parsing: ByteBuffer(bytes: bytes))
                #expect(form.fields.count <= bytes.count)
            } catch {
                #expect(error.status == 400)
            }
        }
    }
}
