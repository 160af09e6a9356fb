extension HashSlot {
    /// Finds the slot that all keys of a command are in; `nil` when it has no key, so that any node can serve it.
    ///
    /// - Throws: ``RedisError`` `.crossSlot` when they are in more than one.
    static func common(to command: RedisCommand) throws(RedisError) -> HashSlot? {
        let rule = KeyRule.of(command.name, command.arguments)
        if rule == .firstArgument { return command.arguments.first?.hashSlot }
        return try common(to: rule.positions(in: command.arguments).lazy.map { command.arguments[$0].hashSlot })
    }

    /// Finds the one slot that is named; `nil` when there is none.
    ///
    /// - Throws: ``RedisError`` `.crossSlot` when there are several.
    static func common(to slots: some Sequence<HashSlot>) throws(RedisError) -> HashSlot? {
        var common: HashSlot?
        for slot in slots {
            guard slot == common ?? slot else { throw RedisError(.crossSlot, wasSent: false) }
            common = slot
        }
        return common
    }
}
