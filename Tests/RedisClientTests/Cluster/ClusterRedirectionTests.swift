import Testing

@testable import RedisClient

@Suite struct ClusterRedirectionTests {
    private func error(_ text: String) -> RedisServerError {
        Array(text.utf8).withUnsafeBufferPointer { RedisServerError(replyText: $0) }
    }

    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", "127.0.0.1", 6_381), ("ASK 0 node-1.example:1", "node-1.example", 1),
        ("MOVED 16383 ::1:65535", "::1", 65_535), ("MOVED 7 :7000", nil, 7_000),
    ])
    func `slot and address are read`(text: String, host: String?, port: Int) throws {
        let redirection = try #require(error(text).redirection)
        #expect(redirection.host == host)
        #expect(redirection.port == port)
        let endpoint = redirection.endpoint(relativeTo: .tcp(host: "asked", port: 9))
        #expect(endpoint == .tcp(host: host ?? "asked", port: port))
    }

    @Test(arguments: [
        "MOVED", "MOVED 1", "MOVED 1 a", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED 1 a:0", "MOVED 1 a:65536",
        "MOVED 1 a:1 b", "MOVED  1 a:1", "MOVED x a:1", "MOVED 1 a/b:1", "MOVED 1 ?:1", "ERR 1 a:1", "MOVEDX 1 a:1",
    ])
    func `any other text is no redirection`(text: String) {
        #expect(error(text).redirection == nil)
    }

    @Test func `the address is no part of the error's value or description`() {
        #expect(error("MOVED 1 a:1") == .moved)
        #expect("\(error("MOVED 1 secret:1"))" == "MOVED")
    }
}
