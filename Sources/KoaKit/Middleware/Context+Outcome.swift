extension Context {
    /// What the client is told in place of what the middleware left, because the engine's time for it was up; nil when
    /// it was not.
    ///
    /// A handler that is cancelled may leave anything: its `CancellationError`, another error, a reply.
    var imposedError: HTTPError? {
        // The engine cancels right after it has noted why; no other request looks for it.
        Task.isCancelled ? request.connection.replies?.imposedError : nil
    }

    /// The status that the client is told, as far as it is known once what is downstream has ended.
    ///
    /// - Parameters:
    ///   - failure: What downstream threw; nil when it ended well.
    ///   - statusOfError: The status that the application's error shaper gives an error.
    /// - Returns: That of the error or, without one, of the response.
    func observedStatus(after failure: (any Error)?, _ statusOfError: (any Error) -> Int) -> Int {
        if let error: any Error = imposedError ?? failure { statusOfError(error) } else { status }
    }
}
