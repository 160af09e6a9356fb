extension HashSlot {
    /// Finds the slot that all keys of a command are in; `nil` when it has no key, so that any node can serve it.
    ///
    /// - Throws: ``RedisError`` `.crossSlot` when they are in more than one.
    static func common(to command: RedisCommand) throws(RedisError) -> HashSlot? {
        let rule = KeyRule.of(command.name, command.arguments)
        if rule == .firstArgument { return command.arguments.first?.hashSlot }
        var common: HashSlot?
        for position in rule.positions(in: command.arguments) {
            let slot = command.arguments[position].hashSlot
            guard slot == common ?? slot else { throw RedisError(.crossSlot, wasSent: false) }
            common = slot
        }
        return common
    }
}
