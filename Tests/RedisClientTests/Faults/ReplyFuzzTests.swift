import Foundation
import NIOCore
import Testing

@testable import RedisClient

/// Damaged bytes for the reader of replies: it ends, says what is wrong once and for all, and keeps within its bound.
@Suite(.timeLimit(.minutes(1))) struct ReplyFuzzTests {
    /// `REDIS_FUZZ_ROUNDS` overrides it.
    private static let rounds =
        ProcessInfo.processInfo.environment["REDIS_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 20_000
    private static let likely = Array("$*+-:~%>_#,(=|!0123456789\r\n".utf8)

    @Test func `mutated replies cut at random are read or refused, and a refusal is for ever`() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        let memory = try residentBytes()
        var counts = (read: 0, refused: 0)
        for round in 0..<Self.rounds {
            let bytes = Self.mutated(using: &random)
            let limit = Int.random(in: 1...200, using: &random)
            let (replies, error) = try Self.read(bytes, limit: limit, using: &random)
            counts.read += replies
            counts.refused += error == nil ? 0 : 1
            if let error {
                #expect(error.code == .protocolViolation, "seed \(seed), round \(round)")
            }
        }
        #expect(counts.read > Self.rounds / 10 && counts.refused > Self.rounds / 10, "seed \(seed)")
        #expect(try residentBytes() - memory < 32 * 1_024 * 1_024, "seed \(seed)")
    }

    @Test func `replies that are whole mean the same however they are cut`() throws {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds / 10 {
            let indices = (0..<20).map { _ in ReplyReaderTests.corpus.indices.randomElement(using: &random) ?? 0 }
            let bytes = indices.flatMap { Array(ReplyReaderTests.corpus[$0].bytes.utf8) }
            var replies: [RedisValue] = []
            let (_, error) = try Self.read(bytes, limit: 1_000, using: &random) { replies.append($0) }
            #expect(error == nil, "seed \(seed), round \(round)")
            #expect(replies == indices.map { ReplyReaderTests.corpus[$0].value }, "seed \(seed), round \(round)")
        }
    }

    /// A few replies with a few bytes changed, dropped or added.
    private static func mutated(using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            bytes += Array((ReplyReaderTests.corpus.randomElement(using: &random)?.bytes ?? "").utf8)
        }
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &random)
            let byte =
                Bool.random(using: &random)
                ? likely.randomElement(using: &random) ?? 0
                : UInt8.random(
                    in: 0...255, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = byte
            case 1: bytes.remove(at: place)
            default: bytes.insert(byte, at: place)
            }
        }
        return bytes
    }

    /// Feeds the bytes in random pieces; after an error, one piece more, which has to meet the same error.
    private static func read(
        _ bytes: [UInt8], limit: Int, using random: inout SeededGenerator, deliver: (RedisValue) -> Void = { _ in }
    ) throws -> (replies: Int, error: RedisError?) {
        let reader = try ReplyReader(maximumReplyBytes: limit)
        var replies = 0
        func feed(_ piece: ArraySlice<UInt8>) -> RedisError? {
            piece.withUnsafeBytes { bytes in
                do throws(RedisError) {
                    try reader.read(bytes) {
                        replies += 1
                        deliver($0)
                        return true
                    }
                    return nil
                } catch {
                    return error
                }
            }
        }
        var start = 0
        while start < bytes.count {
            let end = Int.random(in: start + 1...bytes.count, using: &random)
            if let error = feed(bytes[start..<end]) {
                let before = replies
                let again = feed(Array("+OK\r\n".utf8)[...])
                #expect(again?.detail == error.detail && replies == before)
                return (replies, error)
            }
            start = end
        }
        return (replies, nil)
    }
}
