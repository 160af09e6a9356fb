extension HTTPError {
    /// The status that logs, metrics and spans give an error that no shaper of the application's own speaks for.
    ///
    /// 499 for a request that was cancelled, since nobody was there to be answered.
    static let observedStatus: @Sendable (any Error) -> Int = { error in
        error is CancellationError ? 499 : HTTPError(error).status
    }
}
