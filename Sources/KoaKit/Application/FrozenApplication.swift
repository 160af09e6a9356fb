import Logging

/// What an application was when it began to serve; shared by all its requests.
final class FrozenApplication: Sendable {
    let settings: Application.Settings
    let logger: Logger
    let shapeError: ErrorShaper
    let observers: [ErrorObserver]
    let abortObservers: [AbortObserver]

    init(
        settings: Application.Settings,
        logger: Logger,
        shapeError: @escaping ErrorShaper,
        observers: [ErrorObserver],
        abortObservers: [AbortObserver]
    ) {
        self.settings = settings
        self.logger = logger
        self.shapeError = shapeError
        self.observers = observers
        self.abortObservers = abortObservers
    }
}
