import NIOCore
import Synchronization

extension ClusterRouter {
    /// The primaries as the newest map names them; `nil` before the first one.
    var primaries: [RedisConfiguration.Endpoint]? { state.withLock { $0.nodes.map?.primaries } }

    /// The primaries; waits for the first map if there is none.
    func primaries(deadline: NIODeadline) async throws(RedisError) -> [RedisConfiguration.Endpoint] {
        _ = try await node(for: nil, deadline: deadline)
        return primaries ?? []
    }

    /// The primary that serves a slot, as far as is known.
    func primary(of slot: HashSlot) -> RedisConfiguration.Endpoint? {
        state.withLock { state in
            guard let map = state.nodes.map, let owner = map.owner(of: slot) else { return nil }
            return map.primaries[owner]
        }
    }

    /// The lists of primaries: the one of now, if there is a map, and each that differs from the one before.
    ///
    /// A primary that a redirection names is in the list at once, and one that is gone leaves it with the next map. Of
    /// lists that come faster than they are taken, only the newest is kept. Ends when the client is shut down.
    func primaryChanges() -> AsyncStream<[RedisConfiguration.Endpoint]> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { $0.observers.add(continuation, hearing: $0.nodes.map?.primaries) }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.observers.remove(number) }
            }
        }
    }

    /// Sends a command to one node, and follows no redirection.
    func perform(
        _ frame: some CommandFrame, at endpoint: RedisConfiguration.Endpoint, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        let node = try redirected { $0.nodes.node(at: endpoint) }
        do throws(RedisError) {
            return try await node.perform(frame, asked: asked, deadline: deadline)
        } catch {
            if error.callsForNewMap { wantMap() }
            throw error
        }
    }

    /// Sends a command to every primary at once.
    ///
    /// - Returns: The reply of one of them; they are alike for the commands that are sent so.
    /// - Throws: ``RedisError``, when one of them fails; others may have run the command.
    func performEverywhere(
        _ frame: some CommandFrame, asked: NIODeadline, deadline: NIODeadline
    ) async throws(RedisError) -> RedisValue {
        let primaries = try await primaries(deadline: deadline)
        let outcomes = await withTaskGroup { group in
            for primary in primaries {
                group.addTask { () async -> Result<RedisValue, RedisError> in
                    do throws(RedisError) {
                        return .success(try await self.perform(frame, at: primary, asked: asked, deadline: deadline))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var reply = RedisValue.null
        for outcome in outcomes {
            do throws(RedisError) {
                reply = try outcome.get()
            } catch {
                throw error.with(
                    wasSent: outcomes.contains { $0.mayHaveBeenSent }, ranElsewhere: outcomes.contains { $0.mayHaveRun }
                )
            }
        }
        return reply
    }
}

extension Result where Failure == RedisError {
    /// Whether what this is the outcome of may have reached a server.
    var mayHaveBeenSent: Bool {
        switch self {
        case .success: true
        case .failure(let error): error.wasSent
        }
    }

    /// Whether what this is the outcome of may have had an effect.
    var mayHaveRun: Bool {
        switch self {
        case .success: true
        case .failure(let error): error.mayHaveRun
        }
    }
}

extension RedisError {
    /// The same error for a command that went to several primaries.
    fileprivate func with(wasSent: Bool, ranElsewhere: Bool) -> Self {
        // The refusal of one says nothing of the others.
        guard code == .server, ranElsewhere else { return with(wasSent: wasSent) }
        return Self(code, wasSent: true, serverError: serverError, underlying: underlying, detail: .ranElsewhere)
    }
}
