extension KeyRule {
    /// The rule of a command.
    ///
    /// A table of exceptions, because asking the server (COMMAND GETKEYS) would double every round trip. A command it
    /// does not know is taken to have one key, first; if that is wrong, the server refuses the command or redirects
    /// it, and nothing has run.
    ///
    /// - Parameters:
    ///   - name: The name, in either case.
    ///   - arguments: The first one is the name of a subcommand in some.
    /// - Returns: The rule.
    static func of(_ name: String, _ arguments: [RedisArgument]) -> Self {
        let rule = exceptions[name.uppercased()] ?? .firstArgument
        guard rule == .none, let subcommand = arguments.first?.uppercasedText else { return rule }
        return subcommands["\(name.uppercased())|\(subcommand)"] ?? rule
    }

    private static let exceptions: [String: Self] = {
        let names: [(rule: Self, names: String)] = [
            (
                .none,
                """
                ACL ASKING AUTH BGREWRITEAOF BGSAVE CLIENT CLUSTER COMMAND CONFIG DBSIZE DEBUG DISCARD ECHO EXEC FAILOVER \
                FLUSHALL FLUSHDB FUNCTION HELLO INFO KEYS LASTSAVE LATENCY LOLWUT MEMORY MODULE MONITOR MULTI OBJECT \
                PFSELFTEST PING PSUBSCRIBE PSYNC PUBLISH PUBSUB PUNSUBSCRIBE QUIT RANDOMKEY READONLY READWRITE REPLCONF REPLICAOF \
                RESET ROLE SAVE SCAN SCRIPT SELECT SHUTDOWN SLAVEOF SLOWLOG SUBSCRIBE SWAPDB SYNC TIME UNSUBSCRIBE \
                UNWATCH WAIT WAITAOF XGROUP XINFO
                """
            ),
            (
                .range(first: 0, last: -1, step: 1),
                """
                DEL EXISTS MGET PFCOUNT PFMERGE SDIFF SDIFFSTORE SINTER SINTERSTORE SSUBSCRIBE SUNION SUNIONSTORE \
                SUNSUBSCRIBE TOUCH UNLINK WATCH
                """
            ),
            (
                .range(first: 0, last: 1, step: 1),
                """
                BLMOVE BRPOPLPUSH COPY GEOSEARCHSTORE LCS LMOVE RENAME RENAMENX RPOPLPUSH SMOVE ZRANGESTORE
                """
            ),
            (.range(first: 0, last: -2, step: 1), "BLPOP BRPOP BZPOPMAX BZPOPMIN"),
            (.range(first: 0, last: -1, step: 2), "MSET MSETNX"),
            (.range(first: 1, last: -1, step: 1), "BITOP"),
            (.range(first: 1, last: 1, step: 1), "PFDEBUG"),
            (.range(first: 2, last: 2, step: 1), "MIGRATE"),
            (.counted(at: 0, hasDestination: false), "LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION"),
            (
                .counted(at: 1, hasDestination: false),
                "BLMPOP BZMPOP EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO"
            ),
            (.counted(at: 1, hasDestination: true), "ZDIFFSTORE ZINTERSTORE ZUNIONSTORE"),
            (.streams, "XREAD XREADGROUP"),
        ]
        return table(names)
    }()

    /// Commands whose second word is a subcommand, and then comes a key.
    private static let subcommands: [String: Self] = table([
        (
            .range(first: 1, last: 1, step: 1),
            """
            MEMORY|USAGE OBJECT|ENCODING OBJECT|FREQ OBJECT|IDLETIME OBJECT|REFCOUNT XGROUP|CREATE \
            XGROUP|CREATECONSUMER XGROUP|DELCONSUMER XGROUP|DESTROY XGROUP|SETID XINFO|CONSUMERS XINFO|GROUPS XINFO|STREAM
            """
        )
    ])

    private static func table(_ names: [(rule: Self, names: String)]) -> [String: Self] {
        var table: [String: Self] = [:]
        for (rule, names) in names {
            for name in names.split(separator: " ") { table[String(name)] = rule }
        }
        return table
    }
}
