import WeChatAPI

extension LoginFlow {
    /// Notes that the user of a session just proved who they are.
    ///
    /// A code that was answered before proves nothing: it may be the one of the login.
    ///
    /// - Throws: ``Failure`` 10001 when WeChat refuses the code, it was used before, or the session ended meanwhile;
    ///   10016 `other_user` when it is somebody else's.
    func verify(
        _ current: Authentication.Current, code: LoginCode, for duration: Duration, for client: LoginClient
    ) async throws(Failure) {
        // The settings no longer have the mini program of this session.
        guard let program = programs.program(of: current.session) else { throw .notLoggedIn }
        let appID = program.appID
        var event = LoginEvent(.verified, userID: current.session.userID, appID: appID)
        do throws(Failure) {
            try await rates.admit(client, appID: appID)
            let identity = try await program.exchange.identity(for: code, use: .verification)
            guard !identity.mayBeRepetition else { throw .codeUsed }
            guard identity.openID == current.session.openID else { throw .otherUser }
            // Not before it is sure whose code it is: nobody uses up what another may ask for.
            try await rates.admit(current.session.owner)
            guard try await sessions.verify(current.token, for: duration) else {
                throw .notLoggedIn(try await sessions.absence(of: current.token))
            }
        } catch {
            guard error.code.isRefusal else { throw error }
            event = LoginEvent(
                .verificationRefused, userID: current.session.userID, appID: appID, reason: error.reason)
            events.record(event, from: client.origin)
            throw error
        }
        events.record(event, from: client.origin)
    }
}
