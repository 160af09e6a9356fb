import NIOCore
import RedisClient

/// A command whose reply shows whether it is the reply to this command and to no other.
enum Question: Sendable {
    case set(key: String, value: String)
    case get(key: String)
    case echo(String)
    case getBoth(key: String, other: String)
    /// Several texts to echo in one write, as one step or not.
    case batch([String], isTransaction: Bool)

    /// What became of a question.
    enum Outcome: Hashable, Sendable {
        /// Its own answer.
        case right
        /// No value: the server was started anew since, or the value never reached it.
        case missing
        /// An answer that belongs to another question.
        case wrong
        /// No answer.
        case failed(RedisError.Code)
    }

    func ask(_ redis: RedisClient, timeout: Duration?) async -> Outcome {
        do throws(RedisError) {
            switch self {
            case .set(let key, let value):
                return try await redis.set(key, to: value, timeout: timeout) ? .right : .wrong
            case .get(let key):
                return Self.check(try await redis.get(key, timeout: timeout), holds: key)
            case .echo(let text):
                let reply = try await redis.send(RedisCommand("ECHO", .string(text)), timeout: timeout)
                return reply == .bulk(ByteBuffer(string: text)) ? .right : .wrong
            case .getBoth(let key, let other):
                let reply = try await redis.send(
                    RedisCommand("MGET", .string(key), .string(other)), timeout: timeout)
                guard case .array(let values) = reply, values.count == 2 else { return .wrong }
                let outcomes = zip(values, [key, other]).map { value, key in
                    switch value {
                    case .bulk(let bytes): Self.check(bytes, holds: key)
                    case .null: Outcome.missing
                    default: Outcome.wrong
                    }
                }
                return outcomes.contains(.wrong) ? .wrong : outcomes.contains(.missing) ? .missing : .right
            case .batch(let texts, let isTransaction):
                let operations = texts.map {
                    RedisOperation<String>.command(RedisCommand("ECHO", .string($0)), as: String.self)
                }
                let replies =
                    isTransaction
                    ? try await redis.transaction(operations, timeout: timeout)
                    : try await redis.pipeline(operations, timeout: timeout)
                return try replies.map { reply throws(RedisError) in try reply.get() } == texts ? .right : .wrong
            }
        } catch {
            // A kind of reply the command does not have, or an error of the server, can only be another's.
            let isAnswer: Set<RedisError.Code> = [.protocolViolation, .unexpectedReply, .server]
            return isAnswer.contains(error.code) ? .wrong : .failed(error.code)
        }
    }

    /// A value is the key it was set to and a number, with a dot in between.
    private static func check(_ bytes: ByteBuffer?, holds key: String) -> Outcome {
        guard let bytes else { return .missing }
        let view = bytes.readableBytesView
        return view.starts(with: key.utf8) && view.dropFirst(key.utf8.count).first == UInt8(ascii: ".")
            ? .right : .wrong
    }
}
