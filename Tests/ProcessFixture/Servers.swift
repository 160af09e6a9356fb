import Foundation

/// Whether tests may be skipped for a server that is not installed.
package enum Servers {
    /// Set by `Scripts/test`: a server that is not there is a failure then, and not a reason to skip.
    package static let areRequired = ProcessInfo.processInfo.environment["SERVERS_REQUIRED"] == "true"
}
