import Logging
import NIOCore

/// A slot's connection, opened when first needed; a local variable of the slot's thread.
struct ConnectionHolder<Driver: SQLDriver> {
    private let driver: Driver
    private let role: ConnectionRole
    private let configuration: DatabaseConfiguration
    private let health: PoolHealth

    private var connection: Driver.Connection?
    private var patience: Duration = .zero
    private var generation = 0
    private var lastUsed = NIODeadline.distantPast
    private var retireAt = NIODeadline.distantFuture

    init(driver: Driver, role: ConnectionRole, configuration: DatabaseConfiguration, health: PoolHealth) {
        self.driver = driver
        self.role = role
        self.configuration = configuration
        self.health = health
    }

    /// A connection fit for use: the one at hand, or a new one.
    mutating func ready(patience wanted: Duration) throws(SQLError) -> Driver.Connection {
        let patience = driver.isRemote ? max(wanted, configuration.serverSilence) : .zero
        if let connection, isFit(connection, patience: patience) { return connection }
        close()
        return try open(patience: patience)
    }

    private func isFit(_ connection: Driver.Connection, patience: Duration) -> Bool {
        guard driver.isRemote else { return true }
        let now = NIODeadline.now()
        guard self.patience >= patience, generation == health.generation, now < retireAt else { return false }
        do throws(SQLError) {
            if connection.isPeerGone { throw SQLError(.connectionLost, message: "the server closed the connection") }
            if now - lastUsed >= .init(configuration.restBeforeValidation) { try connection.ping() }
            return true
        } catch {
            configuration.logger.debug("connection died at rest", metadata: ["sql.error": "\(error)"])
            return false
        }
    }

    private mutating func open(patience: Duration) throws(SQLError) -> Driver.Connection {
        let generation = health.generation
        let new: Driver.Connection
        if driver.isRemote {
            new = try health.connect { () throws(SQLError) in try driver.open(role, patience: patience) }
        } else {
            new = try driver.open(role, patience: patience)
        }
        connection = new
        self.patience = patience
        self.generation = generation
        let lifetime = configuration.maximumLifetime * Double.random(in: 0.9...1)
        retireAt = .now() + .init(lifetime)
        configuration.logger.debug("connection opened", metadata: ["sql.dialect": "\(driver.dialect)"])
        return new
    }

    /// Makes the connection idle again after an operation, or drops it.
    mutating func settle(wasInterrupted: Bool) {
        guard let connection else { return }
        if !connection.isBroken, connection.isInTransaction {
            // A rollback that fails leaves the connection in doubt; closing it rolls back as well.
            do throws(SQLError) { try connection.rollback() } catch { close() }
        }
        if connection.isBroken {
            let orphan = wasInterrupted ? connection.session : nil
            close()
            if let orphan {
                replaceAndKill(orphan)
            } else {
                // The server restarted, or became a replica: the other connections have the same fate.
                health.retireAllConnections()
            }
        } else if driver.isRemote, patience > configuration.serverSilence {
            close()
        }
        lastUsed = .now()
    }

    /// The server goes on with a statement whose client is gone: a new connection ends it.
    private mutating func replaceAndKill(_ orphan: ServerSession) {
        do throws(SQLError) {
            let new = try open(patience: configuration.serverSilence)
            // Another server, or one that started anew and counts from the beginning, has somebody else at this number.
            if let session = new.session, session.server == orphan.server, session.number > orphan.number {
                new.kill(orphan)
            }
        } catch {
            configuration.logger.debug("no connection to end a statement", metadata: ["sql.error": "\(error)"])
        }
    }

    mutating func close() {
        connection?.close()
        connection = nil
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
