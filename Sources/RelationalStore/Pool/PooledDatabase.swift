import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one implementation of ``RelationalDatabase``: a bounded pool over any driver.
///
/// Each connection lives on a thread of its own, where its blocking calls run.
final class PooledDatabase<Driver: SQLDriver>: RelationalDatabase {
    private let driver: Driver
    private let configuration: DatabaseConfiguration
    private let timer: DeadlineTimer
    private let readLane: Int
    private let threads: ConnectionThreads<Driver>

    init(driver: Driver, configuration: DatabaseConfiguration) throws(SQLError) {
        try configuration.validate()
        self.driver = driver
        self.configuration = configuration
        timer = DeadlineTimer(loop: MultiThreadedEventLoopGroup.singleton.any())
        readLane = driver.layout.readers > 0 ? 1 : 0
        threads = ConnectionThreads(driver: driver, configuration: configuration)
    }

    var dialect: SQLDialect { driver.dialect }

    var defaultDeadline: Duration { configuration.deadline }

    func query(_ statement: SQLStatement, within deadline: Duration) async throws(SQLError) -> [SQLRow] {
        try await run(statement, within: deadline).rows
    }

    func execute(_ statement: SQLStatement, within deadline: Duration) async throws(SQLError) -> SQLResult {
        let outcome = try await run(statement, within: deadline)
        return SQLResult(changes: outcome.changes, lastInsertID: outcome.lastInsertID)
    }

    private func run(_ statement: SQLStatement, within deadline: Duration) async throws(SQLError) -> SQLOutcome {
        let rendered = statement.text.rendered(for: driver.dialect)
        if rendered.access == .transaction { throw .transactionIsManaged }
        return try await perform(plan(rendered.access, isOneStatement: true, within: deadline)) { connection, _ in
            Result { () throws(SQLError) in try connection.run(rendered.text, statement.parameters) }
        }
    }

    func ping() async throws(SQLError) {
        try await perform(plan(.read, isOneStatement: true, within: configuration.deadline)) { connection, _ in
            Result { () throws(SQLError) in try connection.ping() }
        }
    }

    func withTransaction<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value {
        try await perform(plan(.write, within: deadline)) { connection, isAbandoned in
            Self.transaction(on: connection, isAbandoned, body)
        }.get()
    }

    func withConnection<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value {
        let plan = plan(.write, within: deadline, maximumWait: deadline, lockTimeout: deadline)
        return try await perform(plan) { connection, isAbandoned in
            .success(Result { try body(SQLSession(connection, ownsTransaction: false, isAbandoned: isAbandoned)) })
        }.get()
    }

    func shutdown() async {
        await threads.shutDown(within: configuration.deadline + .seconds(2))
    }

    /// An error of the body is a value here: only the pool's own errors are failures.
    private static func transaction<Value>(
        on connection: Driver.Connection, _ isAbandoned: @escaping () -> Bool,
        _ body: (borrowing SQLSession) throws -> Value
    ) -> Result<Result<Value, any Error>, SQLError> {
        Result { () throws(SQLError) in
            try connection.begin()
            let result = Result {
                try body(SQLSession(connection, ownsTransaction: true, isAbandoned: isAbandoned))
            }
            guard case .success = result else {
                // If this fails too, the connection is closed, which rolls back.
                if connection.isInTransaction { try? connection.rollback() }
                return result
            }
            if isAbandoned() { throw .abandoned }
            guard connection.isInTransaction else { throw connection.isBroken ? .lostInTransaction : .endedInside }
            try connection.commit()
            return result
        }
    }

    private func plan(
        _ access: StatementAccess, isOneStatement: Bool = false, within deadline: Duration,
        maximumWait: Duration? = nil, lockTimeout: Duration? = nil
    ) -> OperationPlan {
        let now = NIODeadline.now()
        return OperationPlan(
            access: access,
            isOneStatement: isOneStatement,
            waitLimit: now + .init(min(maximumWait ?? configuration.maximumWait, deadline)),
            deadline: now + .init(deadline),
            patience: deadline,
            lockTimeout: lockTimeout ?? configuration.lockTimeout)
    }

    private func perform<Value: Sendable>(
        _ plan: OperationPlan, _ body: @escaping SQLOperation<Driver, Value>.Body
    ) async throws(SQLError) -> Value {
        let operation = SQLOperation<Driver, Value>(plan, body)
        let lane = plan.access == .read ? readLane : 0
        let threads = threads
        let alarm = timer.schedule(at: plan.waitLimit) { now in
            let next = operation.timeIsUp(at: now)
            if next == nil { threads.remove(operation, lane: lane) }
            return next
        }
        defer { timer.cancel(alarm) }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                if operation.install(caller) { threads.submit(operation, lane: lane) }
            }
        } onCancel: {
            if operation.abandon(.cancelled, "the calling task was cancelled") {
                threads.remove(operation, lane: lane)
            }
        }
        return try outcome.get()
    }
}

extension SQLError {
    fileprivate static let lostInTransaction = SQLError(
        .connectionLost, message: "the connection was lost in the transaction", isSafeToRetry: true)
    fileprivate static let endedInside = SQLError(
        .invalidStatement, message: "a statement ended the transaction, as MySQL does for DDL", isAmbiguous: true)
}
