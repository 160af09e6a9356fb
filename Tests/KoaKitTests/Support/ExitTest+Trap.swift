import Testing

extension ExitTest.Result? {
    /// Whether the process said why it trapped: one that ended by another error would not have.
    ///
    /// A program that was built for speed traps without a word.
    func trapped(saying reason: String) -> Bool {
        #if DEBUG
            self.map { String(decoding: $0.standardErrorContent, as: UTF8.self).contains(reason) } ?? false
        #else
            self != nil
        #endif
    }
}
