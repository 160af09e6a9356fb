import Foundation
import KoaKit
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct JSONFuzzTests {
    private func string(_ generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\u{0}", "é", "你", "😀", "/", "\u{2028}", "\u{7f}", "\u{301}", "\u{feff}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            text.unicodeScalars.append(scalars.randomElement(using: &generator) ?? "x")
        }
        return text
    }

    private func value(_ generator: inout SeededGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(.random(in: .min ... .max, using: &generator))
        case 3: return .integer(.random(in: -100...100, using: &generator))
        case 4:
            let double = Double(bitPattern: .random(in: 0 ... .max, using: &generator))
            return double.isFinite ? .double(double) : .double(0.25)
        case 5: return .string(string(&generator))
        case 6:
            return .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in value(&generator, depth: depth - 1) })
        default:
            return .object(
                (0..<Int.random(in: 0...12, using: &generator)).map {
                    JSONMember("\($0)" + string(&generator), value(&generator, depth: depth - 1))
                }
            )
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what is written is read back as the same value`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let value = value(&generator, depth: 5)
            var buffer = ByteBuffer()
            // A body is written through the same code.
            value.write(to: &buffer)
            #expect(try JSONValue(parsing: buffer) == value)
        }
    }

    /// Foundation takes what this parser refuses on purpose: repeated names, deep nesting, huge numbers, a BOM.
    ///
    /// What this parser takes, Foundation must take.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `mutated JSON never crashes and is only taken where Foundation takes it`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("{}[]\",:\\/0123456789.eE+-truefalsn \n\u{0}u é".utf8)
        var taken = 0
        for _ in 0..<3000 {
            var buffer = ByteBuffer()
            value(&generator, depth: 3).write(to: &buffer)
            var bytes = Array(buffer.readableBytesView)
            for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes[index] = .random(in: 0...255, using: &generator)
                case 2: bytes.remove(at: index)
                default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
                }
            }
            let ours = try? JSONValue(parsing: ByteBuffer(bytes: bytes))
            let theirs = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            if ours != nil {
                taken += 1
                #expect(theirs != nil, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
        #expect(taken > 500)
    }

    @Test func `random bytes never crash`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? JSONValue(parsing: ByteBuffer(bytes: bytes))
        }
    }
}
