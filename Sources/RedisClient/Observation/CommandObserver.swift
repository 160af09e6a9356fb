import Metrics
import NIOCore
import Tracing

/// Measures and traces commands; a client has one only if it was told to.
final class CommandObserver: Sendable {
    private let metrics: ClientMetrics?
    private let tracer: (any Tracer)?
    private let attributes: SpanAttributes

    /// Makes an observer, unless there is nothing to report to.
    ///
    /// - Parameters:
    ///   - metrics: Where counts and times go.
    ///   - configuration: Where spans go, and where Redis is.
    init?(metrics: ClientMetrics?, configuration: RedisConfiguration) {
        guard metrics != nil || configuration.tracer != nil else { return nil }
        self.metrics = metrics
        tracer = configuration.tracer
        attributes = Self.commonAttributes(configuration)
    }

    /// What is known of a command that is on its way.
    struct Command {
        fileprivate let name: String
        fileprivate let asked: NIODeadline
        fileprivate let span: (any Span)?
    }

    /// Notes that a command was asked for.
    func begin(_ frame: some RoutedFrame, asked: NIODeadline) -> Command {
        let name = CommandNames.bounded(frame.name)
        metrics?.inFlight.increment()
        guard let tracer else { return Command(name: name, asked: asked, span: nil) }
        let span = tracer.startSpan(name, ofKind: .client)
        var attributes = attributes
        attributes["db.operation.name"] = name
        if let size = frame.batchSize { attributes["db.operation.batch.size"] = size }
        span.attributes = attributes
        return Command(name: name, asked: asked, span: span)
    }

    /// Notes what became of it.
    func end(_ command: Command, error: RedisError?) {
        let now = NIODeadline.now()
        if let metrics {
            metrics.inFlight.decrement()
            metrics.recordDuration(now - command.asked, of: command.name, errorType: error?.type)
        }
        guard let span = command.span else { return }
        if let error {
            span.attributes["error.type"] = error.type
            if let word = error.serverError { span.attributes["db.response.status_code"] = word.prefix }
            // The code alone: what a lower layer threw may name addresses and files.
            span.setStatus(SpanStatus(code: .error, message: error.code.description))
        }
        span.end()
    }

    /// The attributes of every span, by OpenTelemetry's conventions for database clients.
    private static func commonAttributes(_ configuration: RedisConfiguration) -> SpanAttributes {
        var attributes: SpanAttributes = ["db.system.name": "redis", "db.namespace": "\(configuration.database)"]
        switch configuration.topology {
        case .standalone(.tcp(let host, let port)):
            attributes["server.address"] = host
            attributes["server.port"] = port
        case .standalone(.unixSocket(let path)):
            attributes["server.address"] = path
            attributes["network.transport"] = "unix"
        // The server that answers is found only later, and is not the same for every command.
        case .sentinel, .cluster: break
        }
        return attributes
    }
}
