extension SessionStore {
    /// Asks the store; an error of its own becomes a 503.
    func answer<Result>(_ question: (Self) async throws -> Result) async throws -> Result {
        do {
            return try await question(self)
        } catch let error as HTTPError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            var outage = HTTPError(503, because: error)
            outage.reason = .sessionStoreUnavailable
            throw outage
        }
    }
}

extension HTTPError.Reason {
    /// The store of sessions cannot answer.
    public static let sessionStoreUnavailable = Self(rawValue: "session_store_unavailable")
}
