import NIOCore
import RedisClient

extension RedisSessionStore {
    /// Opens the session in the generation of sessions that it finds; where that began lately, it first reads which
    /// one it is.
    ///
    /// A login that began before the user's sessions were ended together leaves no session:
    /// - ended long before the script, longer than any login takes, the login began later;
    /// - ended lately, the script writes nothing, and the generation is read: its age is less than the time since the
    ///   login began, both of them measured at their ends so that a login that began within a round trip after the
    ///   ending may be refused too;
    /// - ended between that and the second script, the generation is another, and the script refuses;
    /// - ended after the script, the session is in the index, and ends with the others.
    @discardableResult
    func open(_ login: NewSession) async throws(Failure) -> OpenedSession {
        guard let location = keyspace.location(of: login.token, 0) else {
            // The user's number has more than 53 bits, which no database gave it.
            throw .internalFault(UnusableUserID())
        }
        let presented = (login.presented.map(keyspace.locations) ?? []).filter { $0 != location }
        let neighbour = presented.first { $0.group == location.group }
        var reply = try await open(login, at: location, replacing: neighbour)
        if reply.first == .integer(Opening.endedLately) {
            let generation = try await generation(of: location.group, for: login)
            reply = try await open(login, at: location, replacing: neighbour, generation: generation)
        }
        guard case .integer(let outcome)? = reply.first else { throw .unexpectedReply }
        switch outcome {
        case Opening.limitReached: throw .sessionLimit
        case Opening.generationEnded: throw .notLoggedIn(.kicked)
        case Opening.repetitionEnded: throw .codeUsed
        default: break
        }
        guard reply.count >= 3, case .integer(let now) = reply[1], case .integer(let replacedCount) = reply[2] else {
            throw .unexpectedReply
        }
        touches.clock.note(now)
        let ended = reply.dropFirst(3)
        forget(ended, of: location.group)
        var opened = OpenedSession(
            id: location.reference,
            replaced: Self.texts(ended.prefix(replacedCount)),
            evicted: Self.texts(ended.dropFirst(replacedCount)))
        for other in presented {
            if other.group == location.group {
                guard let position = opened.replaced.firstIndex(of: other.reference) else { continue }
                opened.presented = opened.replaced.remove(at: position)
            } else if try await end(other, reason: SessionAbsence.replaced.rawValue, memory: SessionPolicy.memory) {
                opened.presented = other.reference
            }
        }
        return opened
    }

    /// Runs the script; without a generation, in whichever there is, unless it began lately.
    private func open(
        _ login: NewSession, at location: SessionLocation, replacing presented: SessionLocation?,
        generation: Int? = nil
    ) async throws(Failure) -> [RedisValue] {
        let reply = try await run(
            Self.openScript,
            changing: location,
            keys: [
                keyspace.key(location), keyspace.index(location.group), keyspace.generation(location.group),
            ],
            arguments: arguments(of: login, at: location, generation: generation) + [
                .string(presented?.reference ?? ""), .integer(Self.longestLogin.milliseconds * 1_000),
            ])
        guard case .array(let reply) = reply else { throw .unexpectedReply }
        return reply
    }

    /// More than a login takes, from its beginning until Redis runs its script, repetitions of its code included: the
    /// deadlines of requests and commands are seconds.
    private static let longestLogin = Duration.seconds(3_600)

    private static func texts(_ values: some Sequence<RedisValue>) -> [String] {
        values.compactMap { if case .bulk(let bytes) = $0 { String(buffer: bytes) } else { nil } }
    }

    private struct UnusableUserID: Error {}

    /// What the script says of a login.
    private enum Opening {
        static let generationEnded = 0
        static let limitReached = 2
        static let repetitionEnded = 3
        static let endedLately = 4
    }

    /// Which generation of sessions it is.
    ///
    /// - Throws: ``Failure`` 10001 `kicked` when it began after the login.
    private func generation(of group: SessionGroup, for login: NewSession) async throws(Failure) -> Int {
        let reply = try await run(Self.readGeneration, keys: [keyspace.generation(group)])
        guard case .array(let reply) = reply, reply.count == 2, case .integer(let generation) = reply[0],
            case .integer(let age) = reply[1]
        else { throw .unexpectedReply }
        let elapsed = ContinuousClock.now - login.began + (login.mayBeRepetition ? NewSession.longestRepetition : .zero)
        guard generation == 0 || elapsed < .microseconds(age) else { throw .notLoggedIn(.kicked) }
        return generation
    }

    private func arguments(of login: NewSession, at location: SessionLocation, generation: Int?) -> [RedisArgument] {
        let isShared = location.group.isShared
        let limit = isShared ? 0 : policy.limit ?? 0
        let device = isShared ? nil : login.device
        return [
            .string(location.reference), .string(keyspace.stem(location.group)),
            .string(keyspace.endings(location.group)),
            .string(Session.head(owner: login.owner, device: login.device, identifier: location.reference)),
            .integer(policy.timeToLive.milliseconds), .integer(policy.idleTimeToLive?.milliseconds ?? 0),
            generation.map { .integer($0) } ?? "", .string(device.map(Session.member) ?? ""), .integer(limit),
            .string(policy.limitPolicy.rawValue), .integer(SessionPolicy.memory.milliseconds),
            .integer(SessionPolicy.shortMemory.milliseconds), .integer(SessionPolicy.maximumCount),
            login.mayBeRepetition ? 1 : 0,
        ]
    }
}
