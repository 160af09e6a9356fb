import Logging

/// What an application was when it began to serve; shared by all its requests.
final class FrozenApplication: Sendable {
    let settings: Application.Settings
    let logger: Logger
    let shapeError: ErrorShaper
    let observers: [ErrorObserver]

    init(settings: Application.Settings, logger: Logger, shapeError: @escaping ErrorShaper, observers: [ErrorObserver])
    {
        self.settings = settings
        self.logger = logger
        self.shapeError = shapeError
        self.observers = observers
    }
}
