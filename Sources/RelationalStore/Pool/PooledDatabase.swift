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
    private let metrics: DatabaseMetrics?

    init(driver: Driver, configuration: DatabaseConfiguration) throws(SQLError) {
        try configuration.validate()
        self.driver = driver
        self.configuration = configuration
        metrics = DatabaseMetrics(factory: configuration.metricsFactory, dialect: driver.dialect)
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
        return try await perform(
            plan(statement.text.name ?? "unnamed", rendered.access, isOneStatement: true, within: deadline)
        ) { connection, _ in
            Result { () throws(SQLError) in try connection.run(rendered.text, statement.parameters) }
        }
    }

    func ping() async throws(SQLError) {
        let plan = plan("ping", .read, isOneStatement: true, within: configuration.deadline)
        _ = try await perform(plan) { connection, _ in
            Result { () throws(SQLError) in
                try connection.ping()
                return SQLOutcome()
            }
        }
    }

    func withTransaction<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value {
        let result = Kept<Result<Value, any Error>>()
        _ = try await perform(plan("transaction", .write, within: deadline)) { connection, isAbandoned in
            Self.transaction(on: connection, isAbandoned, body).map(result.keep)
        }
        return try value(in: result)
    }

    func withConnection<Value: Sendable>(
        within deadline: Duration, _ body: @escaping @Sendable (borrowing SQLSession) throws -> Value
    ) async throws -> Value {
        let plan = plan("connection", .write, within: deadline, maximumWait: deadline, lockTimeout: deadline)
        let result = Kept<Result<Value, any Error>>()
        _ = try await perform(plan) { connection, isAbandoned in
            result.keep(
                Result { try body(SQLSession(connection, ownsTransaction: false, isAbandoned: isAbandoned)) })
            return .success(SQLOutcome())
        }
        return try value(in: result)
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

    /// What a body returned, or the error it let through, which is counted.
    private func value<Value>(in kept: Kept<Result<Value, any Error>>) throws -> Value {
        guard let result = kept.value else { throw SQLError.abandoned }
        if let metrics, case .failure(let error as SQLError) = result { metrics.failed(error.kind) }
        return try result.get()
    }

    private func plan(
        _ name: String, _ access: StatementAccess, isOneStatement: Bool = false, within deadline: Duration,
        maximumWait: Duration? = nil, lockTimeout: Duration? = nil
    ) -> OperationPlan {
        let now = NIODeadline.now()
        return OperationPlan(
            name: name,
            access: access,
            isOneStatement: isOneStatement,
            start: now,
            waitLimit: now + .init(min(maximumWait ?? configuration.maximumWait, deadline)),
            deadline: now + .init(deadline),
            patience: deadline,
            lockTimeout: lockTimeout ?? configuration.lockTimeout,
            heldTooLong: configuration.heldTooLong)
    }

    private func perform(
        _ plan: OperationPlan, _ body: @escaping SQLOperation<Driver>.Body
    ) async throws(SQLError) -> SQLOutcome {
        let operation = SQLOperation<Driver>(plan, metrics: metrics, body)
        let lane = plan.access == .read ? readLane : 0
        let threads = threads
        let alarm = timer.schedule(at: plan.waitLimit) { [logger = configuration.logger] now in
            let (next, held) = operation.timeIsUp(at: now)
            if next == nil { threads.remove(operation, lane: lane) }
            if let held {
                logger.warning(
                    "a call holds a connection for too long",
                    metadata: ["sql.operation": "\(plan.name)", "sql.held": "\(held)"])
            }
            return next
        }
        // A call that left its work behind is still watched, for as long as that holds a connection.
        defer { if operation.isOver { timer.cancel(alarm) } }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                if operation.install(caller) { threads.submit(operation, lane: lane) }
            }
        } onCancel: {
            if operation.abandon(.cancelled, "the calling task was cancelled") {
                threads.remove(operation, lane: lane)
            }
        }
        if let metrics, case .failure(let error) = outcome { metrics.failed(error.kind) }
        return try outcome.get()
    }
}

extension SQLError {
    fileprivate static let lostInTransaction = SQLError(
        .connectionLost, message: "the connection was lost in the transaction", isSafeToRetry: true)
    fileprivate static let endedInside = SQLError(
        .invalidStatement, message: "a statement ended the transaction, as MySQL does for DDL", isAmbiguous: true)
}
