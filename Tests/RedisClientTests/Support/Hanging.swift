/// Work that never ends by itself.
///
/// - Throws: `CancellationError`, when its task is cancelled.
func hangUntilCancelled() async throws {
    let (never, neverComes) = AsyncStream.makeStream(of: Never.self)
    for await _ in never {}
    // Kept until here: a stream that nobody can write to would end.
    neverComes.finish()
    try Task.checkCancellation()
}
