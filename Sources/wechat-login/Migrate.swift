import ArgumentParser
import Foundation
import Logging
import LoginService

/// `wechat-login migrate`: brings the database's schema up to date.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database's schema up to date.",
        discussion: """
            Applies the migrations that DATABASE_URL lacks, under a lock: run it from any number of machines at once. \
            A node does the same when it starts, unless MIGRATE_AT_START=false. Older nodes may go on serving meanwhile.
            """
    )

    @OptionGroup(title: "Settings")
    var settings: DatabaseFlags

    func run() async throws {
        do {
            let applied = try await settings.tasks().migrate()
            print(
                applied.isEmpty
                    ? "The schema is up to date."
                    : "Applied: \(applied.map(String.init).joined(separator: ", ")).")
        } catch {
            throw StartFailure(cause: error)
        }
    }
}
