/// Work for one connection, whatever its result.
protocol PoolJob<Driver>: AnyObject, Sendable {
    associatedtype Driver: SQLDriver

    /// Does the work on the connection's thread and keeps the result.
    func execute(on holder: inout ConnectionHolder<Driver>)

    /// Gives the result to the caller. The connection is free for others by then.
    func settle()

    /// Ends work that did not start.
    func refuse(_ error: SQLError)
}
