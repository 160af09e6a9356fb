import FoundationEssentials
import KoaKit
import NIOCore
import RedisClient
import WeChatAPI

/// Exchanges each code once, on whatever node it arrives and however often within 30 s.
///
/// WeChat takes a code once, so a client that retried after a lost reply, a double tap or a second node would be
/// refused. The first to come claims the code in Redis and asks; the others wait for its outcome. A refusal is an
/// outcome too, but of the code: a failure to ask WeChat is none, nor is its refusal of the mini program, and both give
/// the claim back.
struct SharedCodeExchange: CodeExchange {
    let upstream: any CodeExchange
    let redis: RedisClient
    let keys: SecretKeys
    /// The mini program whose codes they are.
    let appID: String
    /// Where the session keys go that come with the identities.
    let sessionKeys: SessionKeyStore

    /// How long an outcome answers repetitions of its code.
    static let outcomeLifetime = Duration.seconds(30)
    /// How long a claim outlives a node that died with it; longer than an exchange may take.
    static let claimLifetime = Duration.seconds(8)
    /// How long a request may have waited for another's exchange and still begin its own: one that began later would
    /// be cut off by the request's deadline, and its client told that we are overloaded.
    static let latestStart = Duration.seconds(4)

    private static let release = RedisScript(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('UNLINK', KEYS[1]) else return 0 end"
    )

    func identity(for code: LoginCode, use: CodeUse) async throws(Failure) -> LoginIdentity {
        let key = "wechat-login:code:" + keys.digest(of: "\(appID)\u{0}\(code.rawValue)", purpose: "login-code")
        let claim = "pending:" + RandomName.make()
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(10)
        while true {
            let mayStart = ContinuousClock.now - start < Self.latestStart
            if mayStart, try await isClaimed(key, by: claim) {
                return try await uncancelled(code, use, key: key, claim: claim)
            }
            if let value = try await value(at: key) {
                if let outcome = ExchangeOutcome(json: value) { return try outcome.identity(for: use) }
            } else if !mayStart {
                // Whoever asked WeChat gave up, and there is no time to ask again.
                throw Failure(WeChatError(.timeout))
            }
            guard ContinuousClock.now - start < Self.claimLifetime, (try? await Task.sleep(for: pause)) != nil else {
                throw Failure(WeChatError(.timeout))
            }
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// Exchanges the code to the end, whether the client waits or not: a client that hung up may come again with the
    /// code, and by then only the outcome in Redis can answer it.
    ///
    /// The task is bounded by the deadlines of WeChat and Redis, and its end is waited for by whoever still can. It
    /// stays on the event loop of the request: a task of its own would else run on the threads of the global executor,
    /// and each of its waits would cost two changes of thread.
    private func uncancelled(
        _ code: LoginCode, _ use: CodeUse, key: String, claim: String
    ) async throws(Failure) -> LoginIdentity {
        let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
        let exchange = Task.immediate(executorPreference: executor) { () async -> Result<LoginIdentity, Failure> in
            do throws(Failure) {
                return .success(try await self.exchange(code, use, key: key, claim: claim))
            } catch {
                return .failure(error)
            }
        }
        return try await exchange.value.get()
    }

    private func exchange(
        _ code: LoginCode, _ use: CodeUse, key: String, claim: String
    ) async throws(Failure) -> LoginIdentity {
        let began = Date()
        var identity: LoginIdentity
        do {
            identity = try await upstream.identity(for: code, use: use)
        } catch {
            if error.code == .loginFailed, !error.isOfOperator {
                try await perform([noting(.refusal(error), at: key)])
            } else {
                // The claim ends by itself should Redis not answer now.
                _ = try? await redis.evaluate(Self.release, keys: [key], arguments: [.init(stringLiteral: claim)])
            }
            throw error
        }
        var operations: [RedisOperation<RedisValue>] = []
        if let sessionKey = identity.sessionKey {
            let stored = StoredSessionKey(key: sessionKey, loginID: identity.loginID, began: began, ended: Date())
            // Before the outcome: whoever is answered from that one finds the key.
            operations = [try sessionKeys.storing(stored, appID: appID, openID: identity.openID)]
            identity.sessionKey = nil
        }
        try await perform(operations + [noting(.identity(identity, use: use), at: key)])
        return identity
    }

    /// The operation that tells all nodes an outcome.
    private func noting(_ outcome: ExchangeOutcome, at key: String) -> RedisOperation<RedisValue> {
        .command(
            RedisCommand(
                "SET", .string(key), .string(outcome.json), "PX", .integer(Self.outcomeLifetime.milliseconds)))
    }

    /// Runs operations in one round trip, in order.
    private func perform(_ operations: [RedisOperation<RedisValue>]) async throws(Failure) {
        do {
            for outcome in try await redis.pipeline(operations) { _ = try outcome.get() }
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    private func isClaimed(_ key: String, by claim: String) async throws(Failure) -> Bool {
        do {
            return try await redis.set(key, to: claim, expiry: Self.claimLifetime, condition: .ifAbsent)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }

    /// The claim or the outcome of whoever claimed the code; nil when there is none.
    private func value(at key: String) async throws(Failure) -> ByteBuffer? {
        do {
            return try await redis.get(key)
        } catch {
            throw .sessionStoreUnavailable(error)
        }
    }
}
