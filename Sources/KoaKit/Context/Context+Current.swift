extension Context {
    /// A context on its way to code that was not passed it.
    // SAFETY: a task-local value is inherited by child tasks, which run beside the request's own; the context is handed
    // out only to code that runs in the task the box was made in, which uses it one step at a time. Can go when a
    // task-local value may be non-Sendable for the task alone.
    private struct Box: @unchecked Sendable {
        let context: Context
        let task: Int
    }

    @TaskLocal private static var box: Box?

    /// Reads the context of the request that the calling task handles, without its being passed.
    ///
    /// Koa's `app.currentContext`, for code such as a log handler that no context reaches. It must be asked for by
    /// ``Application/Settings/keepsCurrentContext``. It is found in middleware and in observers, after any `await`, but
    /// not in tasks that these start, since a context belongs to one task.
    ///
    /// ```swift
    /// let id = Context.withCurrent { $0.requestID }
    /// ```
    ///
    /// - Parameter body: Gets the context; it can carry nothing but `Sendable` values in and out.
    /// - Returns: What `body` returns; nil outside a request.
    /// - Throws: What `body` throws.
    public static func withCurrent<Result: Sendable, Failure: Error>(
        _ body: @Sendable (Context) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let box, box.task == currentTask else { return nil }
        return try body(box.context)
    }

    /// Makes a context the current one while `body` runs.
    static func withCurrent<Result>(_ context: Context, _ body: () async -> Result) async -> Result {
        guard let task = currentTask else { return await body() }
        return await $box.withValue(Box(context: context, task: task), operation: body)
    }

    /// Makes a context the current one while `body` runs; outside a task, as on a bare event loop, there is none.
    static func withCurrent(_ context: Context, _ body: () -> Void) {
        guard let task = currentTask else { return body() }
        $box.withValue(Box(context: context, task: task), operation: body)
    }

    /// Tells the tasks of the moment apart.
    private static var currentTask: Int? { withUnsafeCurrentTask { $0?.hashValue } }
}
