import NIOCore
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct FormDecodeTests {
    struct Order: Decodable, Equatable {
        enum Size: String, Decodable { case small, large }
        var name: String
        var count: Int?
        var price: Double?
        var isGift: Bool?
        var size: Size?
        var tags: [String]?
        var numbers: [UInt8]
    }

    private func decode(_ text: String) throws -> Order {
        try Form(parsing: ByteBuffer(string: text)).decode()
    }

    @Test func `koa 4.5 fields become the properties of a type`() throws {
        let text = "name=a+b&count=-3&price=1.5&isGift=on&size=large&tags=x&tags=y&numbers=1&numbers=255&unknown=1"
        let order = Order(
            name: "a b", count: -3, price: 1.5, isGift: true, size: .large, tags: ["x", "y"], numbers: [1, 255])
        #expect(try decode(text) == order)
        #expect(try decode("name=") == Order(name: "", numbers: []))
        #expect(try decode("name=a&isGift=0").isGift == false)
    }

    @Test(arguments: [
        ("count=1", "name is missing"),
        ("name=a&count=secret", "count must be a whole number"),
        ("name=a&count=1.5", "count must be a whole number"),
        ("name=a&count=", "count must be a whole number"),
        ("name=a&price=secret", "price must be a number"),
        ("name=a&price=nan", "price must be a number"),
        ("name=a&price=1e999", "price must be a number"),
        ("name=a&isGift=secret", "isGift must be true or false"),
        ("name=a&size=secret", "size is not valid"),
        ("name=a&numbers=1&numbers=256", "numbers.1 must be a whole number"),
    ])
    func `koa 4.5 a form that does not fit names the field and never the value`(text: String, message: String) throws {
        let error = #expect(throws: HTTPError.self) { try decode(text) }
        #expect(error?.status == 400)
        #expect(error?.reason == .invalidParameter)
        #expect(error?.exposedMessage == message)
    }

    @Test func `a form does not fit a nested type`() throws {
        struct Nested: Decodable { var name: Order }
        let form = Form([.init("name", "a")])
        #expect(throws: HTTPError.self) { try form.decode(Nested.self) }
        #expect(throws: HTTPError.self) { try form.decode([String].self) }
        #expect(throws: HTTPError.self) { try form.decode(String.self) }
        #expect(try form.decode([String: String].self) == ["name": "a"])
    }
}
