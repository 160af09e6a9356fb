import FoundationEssentials
public import Logging
import Synchronization

/// An api.weixin.qq.com to develop and test against.
///
/// It answers the APIs of ``SandboxEndpoint`` with the quirks of the real ones and can be told to misbehave, over HTTP by
/// its control plane (`/sandbox/…`) and from Swift by its own methods:
///
/// ```swift
/// let sandbox = Sandbox(apps: ["wx0123456789abcdef": "secret"])
/// let running = try await sandbox.start()
/// let code = try sandbox.makeLoginCode(for: "alice")
/// try sandbox.inject(Fault(.busy), count: 3)
/// ```
///
/// State lives in memory and is forgotten with the sandbox; openids are derived from names and stay the same.
public final class Sandbox: Sendable {
    let logger: Logger
    private let apps: [String: SandboxApp]
    private let state: Mutex<SandboxState>
    private let observers = Mutex<[UInt64: AsyncStream<SandboxCall>.Continuation]>([:])
    private let lastObserver = Atomic<UInt64>(0)

    /// Creates a sandbox that knows some mini programs.
    ///
    /// - Parameters:
    ///   - apps: The mini programs; of two with one AppID the last counts.
    ///   - minimumKeyAge: How old a session_key must be for a new login code to replace it. WeChat does not say how
    ///     long its own "minimum refresh period" is. Default: 60 s.
    ///   - logger: For the server. Default: label `wechat-sandbox`.
    public convenience init(
        apps: [SandboxApp],
        minimumKeyAge: Duration = .seconds(60),
        logger: Logger = Logger(label: "wechat-sandbox")
    ) {
        self.init(apps: apps, minimumKeyAge: minimumKeyAge, clock: .running(), logger: logger)
    }

    /// Creates a sandbox that knows some mini programs, none of them bound to an Open Platform account.
    ///
    /// - Parameter apps: The AppSecret of each AppID.
    public convenience init(apps: [String: String]) {
        self.init(apps: apps.map { SandboxApp(appid: $0, secret: $1) })
    }

    init(apps: [SandboxApp], minimumKeyAge: Duration, clock: SandboxClock, logger: Logger) {
        let apps = Dictionary(apps.map { ($0.appid, $0) }) { $1 }
        self.apps = apps
        self.logger = logger
        state = Mutex(SandboxState(apps: apps, minimumKeyAge: minimumKeyAge, clock: clock))
    }

    func withState<Value: Sendable>(_ body: (inout SandboxState) -> Value) -> Value {
        state.withLock { state in body(&state) }
    }

    /// The app that is meant: the one that is named, or the only one.
    func app(_ appid: String?) throws(SandboxError) -> SandboxApp {
        if let appid {
            guard let app = apps[appid] else { throw SandboxError(.unknownApp, "appid is not an app of this sandbox") }
            return app
        }
        guard let app = apps.values.first, apps.count == 1 else {
            throw SandboxError(.appNeeded, "appid is missing, and this sandbox has \(apps.count) apps")
        }
        return app
    }

    // MARK: Calls

    /// The calls received so far, oldest first: the last 10,000.
    public var calls: [SandboxCall] { withState { Array($0.calls) } }

    /// The calls that arrive from now on, each as soon as its outcome is settled.
    ///
    /// A test that waits for a call to arrive waits for it here.
    public func arrivals() -> AsyncStream<SandboxCall> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: SandboxCall.self,
            bufferingPolicy: .bufferingNewest(SandboxState.Capacity.calls)
        )
        let id = lastObserver.add(1, ordering: .relaxed).newValue
        continuation.onTermination = { [weak self] _ in self?.observers.withLock { _ = $0.removeValue(forKey: id) } }
        observers.withLock { $0[id] = continuation }
        return stream
    }

    func answer(_ call: APICall, to endpoint: SandboxEndpoint) -> (Answer, delay: Duration) {
        let (answer, delay, call) = withState { $0.answer(call, to: endpoint) }
        announce(call)
        return (answer, delay)
    }

    func record(_ received: ReceivedCall, outcome: SandboxCall.Outcome) {
        let call = withState { state in
            let call = received.call(at: state.clock.now, outcome: outcome, fault: nil)
            state.record(call)
            return call
        }
        announce(call)
    }

    private func announce(_ call: SandboxCall) {
        let observers = observers.withLock { Array($0.values) }
        for observer in observers { observer.yield(call) }
    }

    deinit {
        for observer in observers.withLock({ Array($0.values) }) { observer.finish() }
    }
}
