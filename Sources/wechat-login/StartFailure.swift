/// Why the command cannot go on: one line on standard error, and a non-zero exit.
struct StartFailure: Error, CustomStringConvertible {
    let cause: any Error

    var description: String { "\(cause)" }
}
