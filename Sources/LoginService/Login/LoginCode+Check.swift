import WeChatAPI

extension LoginCode {
    /// Takes what a client sent.
    ///
    /// - Throws: ``Failure`` 10002 that names the field.
    init(checking text: String) throws(Failure) {
        guard let code = LoginCode(text) else {
            throw .invalidParameter("code must have 1 to 128 characters of A-Z, a-z, 0-9, - and _")
        }
        self = code
    }
}
