import Testing

@testable import RedisClient

@Suite struct ServerErrorTests {
    private func error(of text: String) -> RedisServerError {
        Array(text.utf8).withUnsafeBufferPointer { RedisServerError(replyText: $0) }
    }

    @Test(arguments: [
        ("NOSCRIPT No matching script.", RedisServerError.noScript), ("BUSY Redis is busy", .busy),
        ("MISCONF Redis is configured to save", .misconfigured), ("NOREPLICAS Not enough", .noReplicas),
        ("LOADING Redis is loading", .loading), ("EXECABORT Transaction discarded", .executionAborted),
        ("CROSSSLOT Keys in request", .crossSlot), ("DENIED Redis is running in protected mode", .protectedMode),
        ("OOM command not allowed", .outOfMemory), ("MOVED 1 host:1", .moved),
        ("ERR max number of clients reached", .maximumClients),
    ])
    func `errors that mean nothing ran allow the command again`(text: String, expected: RedisServerError) {
        #expect(error(of: text) == expected)
        #expect(expected.isRefusal)
        #expect(!RedisError.server(expected).mayHaveRun)
        #expect(RedisError.server(expected).wasSent)
    }

    @Test(arguments: [
        ("ERR value is not an integer", RedisServerError.general), ("WRONGTYPE Operation", .wrongType),
        ("NOPERM this user", .noPermission), ("BUSYKEY Target key", .busyKey), ("UNBLOCKED client", .unblocked),
        ("hunter2", .general), ("", .general),
    ])
    func `other errors leave open whether something ran`(text: String, expected: RedisServerError) {
        #expect(error(of: text) == expected)
        #expect(!expected.isRefusal)
        #expect(RedisError.server(expected).mayHaveRun)
    }

    @Test func `what was not sent has not run, and what was sent and not refused may have`() {
        for code in [RedisError.Code.timeout, .connectionLost, .cancelled, .overloaded] {
            #expect(!RedisError(code, wasSent: false).mayHaveRun)
            #expect(RedisError(code, wasSent: true).mayHaveRun)
        }
        // The word of a connection's end says nothing about this command.
        #expect(RedisError(.connectionLost, wasSent: true, serverError: .readOnly).mayHaveRun)
    }
}
