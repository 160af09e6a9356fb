import Glibc

/// A call to the operating system that failed.
struct SystemCallError: Error, Equatable, CustomStringConvertible {
    let call: String
    let code: CInt

    var description: String { "\(call): \(String(cString: strerror(code)))" }

    /// Makes `call`, again whenever a signal interrupted it.
    ///
    /// - Throws: ``SystemCallError`` when it returns a negative number.
    static func check<Number: SignedInteger>(_ name: String, _ call: () -> Number) throws(SystemCallError) -> Number {
        while true {
            let result = call()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw SystemCallError(call: name, code: code) }
        }
    }
}
