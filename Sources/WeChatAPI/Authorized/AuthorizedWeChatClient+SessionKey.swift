extension AuthorizedWeChatClient {
    /// Asks whether a stored session key is still the one WeChat encrypts with.
    ///
    /// - Parameters:
    ///   - sessionKey: The stored key.
    ///   - openID: Whose it is.
    /// - Returns: Whether it is; `false` for WeChat's 87009.
    /// - Throws: ``WeChatError`` when WeChat does not say.
    /// - SeeAlso: WeChat Mini Program API, user-login.checkSessionKey.
    public func isCurrent(_ sessionKey: SessionKey, of openID: OpenID) async throws(WeChatError) -> Bool {
        do throws(WeChatError) {
            _ = try await perform { token in
                WeChatCall<EmptyAnswer>(
                    "checkSessionKey", path: "/wxa/checksession", query: Self.query(token, sessionKey, openID),
                    repetition: .idempotent)
            }
            return true
        } catch {
            guard error.code == .staleSessionKey else { throw error }
            return false
        }
    }

    /// Replaces a user's session key; the old one ends at once.
    ///
    /// The new key ends when the old one would have. WeChat limits how often one user's key may be replaced.
    ///
    /// - Parameters:
    ///   - sessionKey: The present key.
    ///   - openID: Whose it is.
    /// - Returns: The new key.
    /// - Throws: ``WeChatError``; ``WeChatError/Code-swift.struct/staleSessionKey`` when the key is not the present one.
    /// - SeeAlso: WeChat Mini Program API, user-login.resetUserSessionKey.
    public func resetSessionKey(_ sessionKey: SessionKey, of openID: OpenID) async throws(WeChatError) -> SessionKey {
        let answer = try await perform { token in
            WeChatCall<SessionKeyAnswer>(
                "resetUserSessionKey", path: "/wxa/resetusersessionkey", query: Self.query(token, sessionKey, openID),
                repetition: .ifUnanswered)
        }
        guard answer.openID == openID.rawValue else {
            throw WeChatError(.malformedReply, underlying: MalformedReply.unusable(field: "openid"))
        }
        return answer.sessionKey
    }

    private static func query(
        _ token: AccessToken, _ sessionKey: SessionKey, _ openID: OpenID
    ) -> KeyValuePairs<String, String> {
        [
            "access_token": token.rawValue, "openid": openID.rawValue, "signature": sessionKey.callSignature(),
            "sig_method": "hmac_sha256",
        ]
    }
}

/// Of a call that only has an errcode.
private struct EmptyAnswer: Decodable, Sendable {}

private struct SessionKeyAnswer: Decodable, Sendable {
    let openID: String
    let sessionKey: SessionKey

    private enum CodingKeys: String, CodingKey {
        case openID = "openid"
        case sessionKey = "session_key"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        openID = try container.decode(String.self, forKey: .openID)
        guard let key = SessionKey(try container.decode(String.self, forKey: .sessionKey)) else {
            throw MalformedReply.unusable(field: CodingKeys.sessionKey.rawValue)
        }
        sessionKey = key
    }
}
