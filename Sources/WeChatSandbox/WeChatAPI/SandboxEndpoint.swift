/// An API of WeChat's that the sandbox answers, and that can be told to misbehave.
///
/// The raw value is the name in the control plane.
public enum SandboxEndpoint: String, Sendable, CaseIterable {
    /// `GET /sns/jscode2session`.
    case code2Session = "jscode2session"
    /// `GET /sns/component/jscode2session`: the same for a third-party platform.
    case componentCode2Session = "component_jscode2session"
    /// `GET /cgi-bin/token`.
    case accessToken = "token"
    /// `POST /cgi-bin/stable_token`.
    case stableAccessToken = "stable_token"
    /// `POST /wxa/business/getuserphonenumber`.
    case phoneNumber = "getuserphonenumber"
    /// `GET /wxa/checksession`.
    case checkSessionKey = "checksession"
    /// `GET /wxa/resetusersessionkey`.
    case resetSessionKey = "resetusersessionkey"
    /// `POST /wxa/business/checkencryptedmsg`.
    case checkEncryptedData = "checkencryptedmsg"
    /// `POST /wxa/msg_sec_check`.
    case checkContent = "msg_sec_check"
    /// `POST /cgi-bin/message/subscribe/send`.
    case sendSubscribeMessage = "subscribe_send"

    var path: String {
        switch self {
        case .code2Session: "/sns/jscode2session"
        case .componentCode2Session: "/sns/component/jscode2session"
        case .accessToken: "/cgi-bin/token"
        case .stableAccessToken: "/cgi-bin/stable_token"
        case .phoneNumber: "/wxa/business/getuserphonenumber"
        case .checkSessionKey: "/wxa/checksession"
        case .resetSessionKey: "/wxa/resetusersessionkey"
        case .checkEncryptedData: "/wxa/business/checkencryptedmsg"
        case .checkContent: "/wxa/msg_sec_check"
        case .sendSubscribeMessage: "/cgi-bin/message/subscribe/send"
        }
    }

    /// What the reply calls its JSON: `sns/…` says text/plain.
    var contentType: String {
        switch self {
        case .code2Session, .componentCode2Session: "text/plain"
        default: "application/json"
        }
    }

    /// The refusal that a client of this API must expect first.
    var typicalRefusal: Refusal {
        switch self {
        case .code2Session, .componentCode2Session, .phoneNumber: .invalidCode
        case .accessToken, .stableAccessToken: .invalidSecret
        case .checkSessionKey, .resetSessionKey: .badSessionSignature
        case .checkEncryptedData, .checkContent, .sendSubscribeMessage: .invalidCredential
        }
    }
}
