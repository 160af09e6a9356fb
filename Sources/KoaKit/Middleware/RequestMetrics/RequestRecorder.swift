import CoreMetrics

/// Records requests as they begin and end.
///
/// One object for all that ``RequestMetrics`` holds: a middleware is copied for each request.
final class RequestRecorder: Sendable {
    private let options: RequestMetrics.Options
    private let inFlight: Meter
    private let table: RequestSeriesTable

    init(_ options: RequestMetrics.Options) {
        let factory = options.factory ?? MetricsSystem.factory
        self.options = options
        inFlight = Meter(label: options.inFlightLabel, factory: factory)
        table = RequestSeriesTable(
            requestsLabel: options.requestsLabel,
            durationLabel: options.durationLabel,
            capacity: options.maximumSeries,
            factory: factory
        )
    }

    func isRecorded(_ context: Context) -> Bool {
        options.excludedPaths.isEmpty || !options.excludedPaths.contains(context.path)
    }

    /// Notes that a request is being handled; says since when.
    func begin() -> ContinuousClock.Instant {
        inFlight.increment()
        return options.now()
    }

    /// Notes what became of it.
    func end(_ context: Context, _ failure: (any Error)?, since start: ContinuousClock.Instant) {
        inFlight.decrement()
        let series = series(of: context, context.observedStatus(after: failure, options.statusOfError))
        series.requests.increment()
        series.duration.recordNanoseconds(Int64(clamping: (options.now() - start).attoseconds / 1_000_000_000))
    }

    private func series(of context: Context, _ status: Int) -> RequestSeriesTable.Series {
        // A route that is mounted stands for several.
        let route = context.routing.extras == nil ? context.routing.route : nil
        if let route, let known = table.known(route, context.method, status) { return known }
        let key = RequestSeriesTable.Key(
            method: context.method.label, route: context.matchedRoute ?? options.unmatchedRoute, status: status)
        let series = table.series(for: key)
        if let route { table.remember(series, of: route, context.method, status) }
        return series
    }
}
