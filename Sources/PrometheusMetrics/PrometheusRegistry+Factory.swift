public import CoreMetrics

/// What swift-metrics asks for.
extension PrometheusRegistry {
    /// Makes a counter: `label_total`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let made: (any CounterHandler)? = series(.counter, label: label, dimensions: dimensions) { CounterSeries() }
        return made ?? NOOPMetricsHandler.instance
    }

    /// Makes a counter of fractions: `label_total`.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let made: (any FloatingPointCounterHandler)? = series(.counter, label: label, dimensions: dimensions) {
            CounterSeries()
        }
        return made ?? NOOPMetricsHandler.instance
    }

    /// Makes a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let made: (any MeterHandler)? = series(.gauge, label: label, dimensions: dimensions) { GaugeSeries() }
        return made ?? NOOPMetricsHandler.instance
    }

    /// Makes a histogram, or a gauge of the last value if it is not to aggregate.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let made: (any RecorderHandler)? =
            if aggregate {
                series(.histogram, label: label, dimensions: dimensions, orMake: makeHistogram)
            } else {
                series(.gauge, label: label, dimensions: dimensions) { GaugeSeries() }
            }
        return made ?? NOOPMetricsHandler.instance
    }

    /// Makes a histogram of seconds: `label_seconds`.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let made: (any TimerHandler)? = series(
            .histogram, label: label, unit: "seconds", dimensions: dimensions, orMake: makeDuration)
        return made ?? NOOPMetricsHandler.instance
    }

    /// Forgets a counter.
    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    /// Forgets a counter of fractions.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    /// Forgets a histogram or a gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    /// Forgets a histogram of seconds.
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
