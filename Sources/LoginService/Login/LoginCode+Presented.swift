import WeChatAPI

extension LoginCode {
    /// Takes the code of a request.
    ///
    /// - Throws: ``Failure`` 10002 for none, and for what no code looks like: WeChat is not asked.
    init(presented text: String?) throws(Failure) {
        guard let text, let code = LoginCode(text) else {
            throw .invalidParameter("code must have 1 to 128 characters of A-Z, a-z, 0-9, - and _")
        }
        self = code
    }
}
