extension RedisCommand {
    /// Whether it would change, or block, the connection for all who share it.
    ///
    /// MULTI, for one, would turn the replies of everybody's next commands into `QUEUED`. A transaction goes out in one
    /// write instead, a subscription on a connection of its own, and what SELECT and AUTH say belongs into the URL.
    var needsOwnConnection: Bool {
        switch name.uppercased() {
        case "CLIENT": isFirst(among: ["REPLY", "TRACKING", "CACHING"])
        case "SCRIPT": isFirst(among: ["DEBUG"])
        case "XREAD", "XREADGROUP": blocksStreams
        case let name: Self.namesForOwnConnection.contains(name)
        }
    }

    private func isFirst(among words: Set<String>) -> Bool {
        arguments.first?.uppercasedText.map(words.contains) ?? false
    }

    /// Whether BLOCK is among the options, which come in any order and end with STREAMS.
    private var blocksStreams: Bool {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option.uppercasedText {
            case "BLOCK": return true
            case "STREAMS": return false
            // The names of a group and of a consumer, which may be any word.
            case "GROUP": rest = rest.dropFirst(2)
            case "COUNT": rest = rest.dropFirst()
            default: break
            }
        }
        return false
    }

    private static let namesForOwnConnection = Set(
        """
        ASKING AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN DISCARD EXEC HELLO MONITOR MULTI \
        PSUBSCRIBE PSYNC PUNSUBSCRIBE QUIT READONLY READWRITE REPLCONF RESET SELECT SSUBSCRIBE SUBSCRIBE SUNSUBSCRIBE \
        SYNC UNSUBSCRIBE UNWATCH WAIT WAITAOF WATCH
        """
        .split(separator: " ").map(String.init))
}
