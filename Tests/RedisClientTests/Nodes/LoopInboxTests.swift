import NIOCore
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1))) struct LoopInboxTests {
    private let now = NIODeadline.uptimeNanoseconds(1_000)

    private func inbox(_ change: (inout RedisConfiguration) -> Void = { _ in }) throws -> LoopInbox {
        var configuration = try RedisConfiguration(url: "redis://localhost")
        change(&configuration)
        return LoopInbox(ConnectionLimits(configuration))
    }

    /// Posts a GET, and ends when its receiver is told something, or with the error of the inbox.
    private func post(
        _ key: String, to inbox: LoopInbox, ticket: UInt64, whenPosted: @escaping @Sendable (Bool) -> Void = { _ in }
    ) async -> Result<RedisValue, RedisError> {
        await withUnsafeContinuation { continuation in
            do throws(RedisError) {
                whenPosted(
                    try inbox.post(
                        KeyFrame.get(key), ticket: ticket, asked: now, deadline: now, continuation: continuation))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }

    /// Takes the mail as the loop does, when so many are there.
    private func collect(_ count: Int, from inbox: LoopInbox) async throws -> LoopMail {
        var mail = LoopMail()
        var collected: [LoopMail] = []
        try await until("mail of \(count)") {
            inbox.collect(into: &mail)
            if !mail.letters.isEmpty { collected.append(mail) }
            mail = LoopMail()
            return collected.reduce(0) { $0 + $1.letters.count } >= count
        }
        return try #require(collected.last)
    }

    @Test func `the loop is asked once for all that comes before it collects`() async throws {
        let inbox = try inbox()
        #expect(inbox.withdraw(1))
        #expect(!inbox.withdraw(2))
        var mail = LoopMail()
        inbox.collect(into: &mail)
        #expect(mail.withdrawn == [1, 2])
        #expect(inbox.withdraw(3))
    }

    @Test func `a letter holds the bytes of its command and reaches its own caller`() async throws {
        let inbox = try inbox()
        async let outcome = post("k", to: inbox, ticket: 7)
        let mail = try await collect(1, from: inbox)
        #expect(String(buffer: mail.bytes) == "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")
        let letter = try #require(mail.letters.first)
        #expect(letter.ticket == 7)
        #expect(letter.byteCount == mail.bytes.readableBytes)
        #expect(mail.replyCount == 1)
        letter.receiver.fail(.notTaken)
        guard case .failure(let error) = await outcome else { throw Unexpected() }
        #expect(error.detail == .notTaken)
        #expect(!error.wasSent)
    }

    @Test func `more commands or bytes than a connection may hold are refused at once`() async throws {
        for inbox in [try inbox { $0.maximumInFlight = 0 }, try inbox { $0.maximumPendingBytes = 8 }] {
            guard case .failure(let error) = await post("k", to: inbox, ticket: 1) else { throw Unexpected() }
            #expect(error.code == .overloaded)
            #expect(!error.wasSent)
        }
    }

    @Test func `cleared mail is empty, and gives back much memory only`() {
        var mail = LoopMail()
        mail.withdrawn = [1]
        mail.bytes.writeRepeatingByte(0, count: 100)
        mail.clear()
        #expect(mail.withdrawn.isEmpty)
        #expect(mail.bytes.readableBytes == 0)
        #expect(mail.bytes.capacity > 0)
        mail.bytes.writeRepeatingByte(0, count: ConnectionLimits.keptBufferSize * 2)
        mail.clear()
        #expect(mail.bytes.capacity == 0)
    }

    private struct Unexpected: Error {}
}
