import NIOCore
import Testing

@testable import KoaKit

@Suite(.timeLimit(.minutes(1)))
struct InflaterTests {
    static let codings: [ContentCoding] = [.gzip, .deflate]

    private func deflated(_ bytes: [UInt8], _ coding: ContentCoding) throws -> [UInt8] {
        Array(buffer: try Deflater(coding, level: 6).deflate(ByteBuffer(bytes: bytes), .finish))
    }

    private func inflated(
        _ pieces: [[UInt8]], _ coding: ContentCoding, maximumRatio: Int = 2_000
    ) throws -> [UInt8] {
        let inflater = try Inflater(coding, maximumRatio: maximumRatio)
        var output: [UInt8] = []
        for piece in pieces {
            var input = ByteBuffer(bytes: piece)
            while let inflated = try inflater.inflate(&input) {
                #expect((1...Inflater.pieceSize).contains(inflated.readableBytes))
                output += inflated.readableBytesView
            }
            #expect(input.readableBytes == 0)
        }
        try inflater.finish()
        return output
    }

    @Test(arguments: codings)
    func `what was deflated is inflated, wherever it is cut`(coding: ContentCoding) throws {
        var random = SeededGenerator(seed: 1)
        for size in [0, 1, 100, 70_000, 300_000] {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0..<8, using: &random) }
            let compressed = try deflated(bytes, coding)
            #expect(try inflated([compressed], coding) == bytes)
            #expect(try inflated(compressed.chunks(ofAtMost: 5, &random), coding) == bytes)
        }
    }

    @Test func `several gzip members are one content, and bytes after the zlib format are refused`() throws {
        let twice = try deflated([1], .gzip) + deflated([2], .gzip)
        #expect(try inflated([twice], .gzip) == [1, 2])
        #expect(throws: HTTPError.self) { try inflated([try deflated([1], .deflate) + [0]], .deflate) }
        #expect(throws: HTTPError.self) { try inflated([try deflated([1], .gzip) + [0]], .gzip) }
    }

    @Test(arguments: codings)
    func `a bomb is 413 after a bounded output`(coding: ContentCoding) throws {
        let bomb = try deflated([UInt8](repeating: 0, count: 20_000_000), coding)
        #expect(bomb.count < 25_000)
        let inflater = try Inflater(coding, maximumRatio: 100)
        var input = ByteBuffer(bytes: bomb)
        var output = 0
        let error = #expect(throws: HTTPError.self) {
            while let piece = try inflater.inflate(&input) { output += piece.readableBytes }
        }
        #expect(error?.status == 413)
        #expect(error?.reason == .payloadTooLarge)
        #expect(output <= bomb.count * 100)
    }

    @Test(arguments: codings)
    func `a small content may be of one letter`(coding: ContentCoding) throws {
        let bytes = [UInt8](repeating: 97, count: 60_000)
        #expect(try inflated([try deflated(bytes, coding)], coding, maximumRatio: 10) == bytes)
    }

    @Test(arguments: codings)
    func `what breaks off or is damaged is 400 and never crashes`(coding: ContentCoding) throws {
        var random = SeededGenerator(seed: 2)
        let bytes = (0..<5_000).map { _ in UInt8.random(in: 0..<20, using: &random) }
        let whole = try deflated(bytes, coding)
        for length in 0..<whole.count {
            let error = #expect(throws: HTTPError.self) { try inflated([Array(whole[..<length])], coding) }
            #expect(error?.status == 400)
        }
        for _ in 0..<2_000 {
            var damaged = whole
            damaged[Int.random(in: 0..<whole.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            do {
                _ = try inflated([damaged], coding)
            } catch let error as HTTPError {
                #expect(error.status == 400 && error.reason == .malformedBody || error.status == 413)
            }
        }
    }

    @Test func `a flush hands out all that was put in`() throws {
        let deflater = try Deflater(.gzip, level: 6)
        let inflater = try Inflater(.gzip, maximumRatio: 2_000)
        for text in ["one", "two", String(repeating: "three", count: 30_000)] {
            var wire = deflater.deflate(ByteBuffer(string: text), .sync)
            var output = ""
            while let piece = try inflater.inflate(&wire) { output += String(buffer: piece) }
            #expect(output == text)
        }
    }
}
