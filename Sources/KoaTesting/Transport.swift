/// How a test reaches an application.
public enum Transport: Sendable, CaseIterable {
    /// Straight into the middleware: no socket, no parsing of requests. For speed.
    case inProcess
    /// Over TCP on a free port of this machine, with connections that are kept alive. For truth.
    case socket
}
