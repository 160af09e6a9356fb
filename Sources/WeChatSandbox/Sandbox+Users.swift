public import KoaKit

/// What a user does on their phone, and what WeChat keeps of them.
extension Sandbox {
    /// WeChat's opinion of a user.
    public enum Risk: String, Sendable, CaseIterable {
        /// Codes of this user are exchanged.
        case normal
        /// Codes of this user are refused with 40226 (WeChat Mini Program API, auth.code2Session).
        case high
    }

    /// Gives a user a login code, as `wx.login` does.
    ///
    /// A user is made on first sight.
    ///
    /// - Parameters:
    ///   - user: Any name of 1 to 128 characters. A user named `blocked` is a high risk from the start.
    ///   - appid: Whose code it is. Default: the sandbox's only app.
    ///   - risk: From now on, for this user in this app. Default: as it was.
    /// - Returns: 32 alphanumeric characters; good for one exchange and for 5 minutes of the sandbox's own time.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.unknownApp` or `.appNeeded`.
    public func makeLoginCode(
        for user: String,
        appid: String? = nil,
        risk: Risk? = nil
    ) throws(SandboxError) -> String {
        let id = try userID(user, appid)
        return withState { $0.makeLoginCode(for: id, isHighRisk: risk.map { $0 == .high }) }
    }

    /// Gives a user a phone code, as the button for the phone number does.
    ///
    /// - Parameters:
    ///   - user: As of ``makeLoginCode(for:appid:risk:)``.
    ///   - phone: The number without the country's code, 3 to 20 digits.
    ///   - countryCode: 1 to 4 digits: a string, as WeChat answers it, or a number, as WeChat's documentation shows it.
    ///     Default: `"86"`.
    ///   - appid: Whose code it is. Default: the sandbox's only app.
    /// - Returns: 64 hexadecimal digits; good for one exchange and for 5 minutes of the sandbox's own time.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.invalidPhone`, `.unknownApp` or `.appNeeded`.
    public func makePhoneCode(
        for user: String,
        phone: String,
        countryCode: JSONValue = "86",
        appid: String? = nil
    ) throws(SandboxError) -> String {
        let id = try userID(user, appid)
        guard (3...20).contains(phone.utf8.count), Self.isDigits(phone) else {
            throw SandboxError(.invalidPhone, "phone must be 3 to 20 digits, without the country's code")
        }
        let code = countryCode.stringValue ?? countryCode.integerValue.map(String.init) ?? ""
        guard (1...4).contains(code.utf8.count), Self.isDigits(code) else {
            throw SandboxError(.invalidPhone, "countryCode must be a string or a number of 1 to 4 digits")
        }
        return withState { $0.makePhoneCode(for: id, Phone(number: phone, countryCode: countryCode)) }
    }

    /// Encrypts and signs a user's data under their current session_key, as `wx.getUserInfo` does.
    ///
    /// What is encrypted has `openId`, `unionId` (in an app that is bound to an Open Platform account) and `watermark`
    /// besides the data, unless the data has its own: a null leaves one out. Data with a `phoneNumber` or a
    /// `purePhoneNumber` is phone data, which has a watermark only and is known to `checkencryptedmsg`.
    ///
    /// - Parameters:
    ///   - data: A JSON object, such as `["nickName": "Band"]`.
    ///   - user: As of ``makeLoginCode(for:appid:risk:)``. A session_key that has expired is replaced.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: What a mini program sends to its server. Its raw data is the data as JSON text.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.invalidData`, `.unknownApp` or `.appNeeded`.
    public func makeOpenData(
        _ data: JSONValue,
        for user: String,
        appid: String? = nil
    ) throws(SandboxError) -> OpenData {
        let id = try userID(user, appid)
        guard case .object(let members) = data, let openData = withState({ $0.makeOpenData(of: members, for: id) })
        else { throw SandboxError(.invalidData, "data must be a JSON object") }
        return openData
    }

    /// Replaces a user's session_key: whatever was made with the old one is worth nothing.
    ///
    /// - Throws: ``SandboxError`` `.invalidUser`, `.unknownApp` or `.appNeeded`.
    public func rotateSessionKey(of user: String, appid: String? = nil) throws(SandboxError) {
        let id = try userID(user, appid)
        withState { state in state.change(id) { $0.rotateSessionKey(at: $1) } }
    }

    /// Ends a user's session_key before its time; the next login code or open data brings a new one.
    ///
    /// - Throws: ``SandboxError`` `.invalidUser`, `.unknownApp` or `.appNeeded`.
    public func expireSessionKey(of user: String, appid: String? = nil) throws(SandboxError) {
        let id = try userID(user, appid)
        withState { state in state.change(id) { $0.expireSessionKey(at: $1) } }
    }

    /// A user's current session_key, for a test that looks for it where it must not be.
    ///
    /// - Returns: 16 bytes in Base64; nil for a user who was never seen.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.unknownApp` or `.appNeeded`.
    public func sessionKey(of user: String, appid: String? = nil) throws(SandboxError) -> String? {
        let id = try userID(user, appid)
        return withState { $0.users[id]?.sessionKey }
    }

    /// Lets a user ask for messages of a template, as `wx.requestSubscribeMessage` does.
    ///
    /// - Parameters:
    ///   - template: The template's identifier, 1 to 64 characters; one that no user asked for does not exist.
    ///   - user: As of ``makeLoginCode(for:appid:risk:)``.
    ///   - count: How many messages the user takes from now on, 0 to 1000; more are refused with 43101. Default: 1.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Throws: ``SandboxError`` `.invalidUser`, `.invalidData`, `.outOfRange`, `.unknownApp` or `.appNeeded`.
    public func subscribe(
        to template: String,
        for user: String,
        count: Int = 1,
        appid: String? = nil
    ) throws(SandboxError) {
        let id = try userID(user, appid)
        guard (1...64).contains(template.utf8.count) else {
            throw SandboxError(.invalidData, "template must be 1 to 64 characters")
        }
        guard (0...1_000).contains(count) else { throw SandboxError(.outOfRange, "count must be from 0 to 1000") }
        let isTaken = withState { state in
            state.templates.set(true, for: template)
            return state.change(id) { user, _ in user.subscribe(to: template, count: count) }
        }
        guard isTaken else {
            throw SandboxError(.outOfRange, "a user asks for \(SandboxUser.mostSubscriptions) templates at most")
        }
    }

    /// The openid of a user; the same in every sandbox, whether the user was seen or not.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: 28 characters, the first an `o`.
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func openID(of user: String, appid: String? = nil) throws(SandboxError) -> String {
        Identifiers.openID(of: user, in: try app(appid).appid)
    }

    /// The unionid of a user; nil when the app is bound to no Open Platform account.
    ///
    /// - Parameters:
    ///   - user: The name.
    ///   - appid: In which app. Default: the sandbox's only one.
    /// - Returns: 28 characters, the first an `o`.
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func unionID(of user: String, appid: String? = nil) throws(SandboxError) -> String? {
        try app(appid).unionID(of: user)
    }

    func userID(_ name: String, _ appid: String?) throws(SandboxError) -> UserID {
        guard (1...128).contains(name.count), name.utf8.count <= 1_024, !name.utf8.contains(0) else {
            throw SandboxError(.invalidUser, "user must be a name of 1 to 128 characters")
        }
        return UserID(appid: try app(appid).appid, name: name)
    }

    private static func isDigits(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
