import Crypto
import Foundation
import ProcessFixture

@testable import LoginService
@testable import WeChatSandbox

extension Sandbox {
    /// Names what is secret in a sandbox for the search for secrets: who its users are, and all it gave out.
    func forbidSecrets() {
        let secrets = withState { state in
            var secrets = state.apps.values.map(\.secret)
            for (id, user) in state.users.entries {
                let openID = Identifiers.openID(of: id)
                secrets += [openID, md5Token(of: openID), user.sessionKey]
                if let unionID = state.apps[id.appid]?.unionID(of: id.name) { secrets.append(unionID) }
            }
            secrets += state.codes.entries.keys
            for (code, phone) in state.phoneCodes.entries { secrets += [code, phone.phone.number] }
            secrets += state.tokens.entries.keys
            return secrets
        }
        LogEvidence.forbid(secrets)
    }
}

/// The token of a user in the md5 style.
func md5Token(of openID: String) -> String {
    Insecure.MD5.hash(data: Data(openID.utf8)).map { String(format: "%02x", $0) }.joined()
}

/// Names what is secret of a node's settings for the search for secrets.
func forbidSecrets(of settings: [Setting: String]) {
    let secret: [Setting] = [.weChatSecret, .weChatPushToken, .weChatPushAESKey, .secretKey, .adminToken]
    LogEvidence.forbid(secret.compactMap { settings[$0] })
}
