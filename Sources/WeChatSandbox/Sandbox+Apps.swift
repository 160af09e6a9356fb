import FoundationEssentials

/// How the access tokens of an app end before their time.
enum SandboxTokenEnd: Sendable {
    /// They are answered 42001.
    case expired
    /// They are answered 40001.
    case revoked
}

/// What WeChat keeps of an app.
extension Sandbox {
    /// Freezes the AppSecret of an app, or thaws it: frozen, it gets no access token but 40243.
    ///
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func setFrozen(_ isFrozen: Bool, appid: String? = nil) throws(SandboxError) {
        let appid = try app(appid).appid
        withState { $0.apps[appid]?.isFrozen = isFrozen }
    }

    /// Sets the addresses from which an app may ask for access tokens; others get 40164.
    ///
    /// - Parameters:
    ///   - addresses: IP addresses, 100 at most; nil for any.
    ///   - appid: Which app. Default: the sandbox's only one.
    /// - Throws: ``SandboxError`` `.outOfRange`, `.unknownApp` or `.appNeeded`.
    public func setAllowedAddresses(_ addresses: Set<String>?, appid: String? = nil) throws(SandboxError) {
        let appid = try app(appid).appid
        guard addresses?.count ?? 0 <= 100, addresses?.allSatisfy({ (1...45).contains($0.utf8.count) }) ?? true else {
            throw SandboxError(.outOfRange, "allowedAddresses must be up to 100 IP addresses, or null")
        }
        withState { $0.apps[appid]?.allowedAddresses = addresses }
    }

    /// Sets how often each app may call an API.
    ///
    /// - Parameters:
    ///   - quota: Calls in a minute and in a day, 0 to 1,000,000,000 each.
    ///   - endpoint: Which API.
    /// - Throws: ``SandboxError`` `.outOfRange`.
    public func setQuota(_ quota: SandboxQuota, of endpoint: SandboxEndpoint) throws(SandboxError) {
        for (name, limit) in [("perMinute", quota.perMinute), ("perDay", quota.perDay)] {
            guard let limit else { continue }
            guard (0...1_000_000_000).contains(limit) else {
                throw SandboxError(.outOfRange, "\(name) must be from 0 to 1000000000")
            }
        }
        withState { $0.quotas[endpoint] = quota }
    }

    /// Ends the current access tokens of an app as time does: they are answered 42001.
    ///
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func expireAccessTokens(appid: String? = nil) throws(SandboxError) {
        let app = try app(appid)
        withState { $0.endTokens(of: app, .expired) }
    }

    /// Ends the current access tokens of an app as a newer one does: they are answered 40001.
    ///
    /// - Throws: ``SandboxError`` `.unknownApp` or `.appNeeded`.
    public func revokeAccessTokens(appid: String? = nil) throws(SandboxError) {
        let app = try app(appid)
        withState { $0.endTokens(of: app, .revoked) }
    }

    /// Gives a third-party platform a token, with which it may exchange the codes of the apps that authorised it.
    ///
    /// - Parameters:
    ///   - component: The platform's AppID, 1 to 64 characters.
    ///   - appid: The app that authorises it or not. Default: the sandbox's only one.
    ///   - isAuthorized: Whether the app does; without it the exchange is refused with 61003. Default: true.
    /// - Returns: Its component_access_token, for two hours.
    /// - Throws: ``SandboxError`` `.invalidData`, `.outOfRange`, `.unknownApp` or `.appNeeded`.
    public func makeComponentToken(
        for component: String,
        appid: String? = nil,
        isAuthorized: Bool = true
    ) throws(SandboxError) -> String {
        let appid = try app(appid).appid
        guard (1...64).contains(component.utf8.count) else {
            throw SandboxError(.invalidData, "component must be 1 to 64 characters")
        }
        let token = withState { $0.makeComponentToken(for: component, of: appid, isAuthorized: isAuthorized) }
        guard let token else { throw SandboxError(.outOfRange, "an app authorises 100 platforms at most") }
        return token
    }
}

extension SandboxState {
    /// - Returns: Nil when the app has authorised too many platforms.
    fileprivate mutating func makeComponentToken(
        for component: String,
        of appid: String,
        isAuthorized: Bool
    ) -> String? {
        var components = apps[appid]?.components ?? []
        if isAuthorized { components.insert(component) } else { components.remove(component) }
        guard components.count <= 100 else { return nil }
        apps[appid]?.components = components
        let token = Identifiers.makeAccessToken()
        let expiry = clock.now.addingTimeInterval(ComponentToken.timeToLive)
        componentTokens.set(ComponentToken(component: component, expiresAt: expiry), for: token)
        return token
    }
}
