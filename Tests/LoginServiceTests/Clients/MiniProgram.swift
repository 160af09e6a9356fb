/// A program of `Examples/miniprogram`, and what its user sees step by step.
enum MiniProgram: String, CaseIterable, Sendable {
    case koa
    case credit
    case userinfo
    case checklogin
    case jwt

    /// The lines that its scenario prints.
    var steps: [String] {
        let fresh = page(isLoggedIn: false)
        return [
            "first launch: \(fresh)",
            "log in: \(page(isLoggedIn: true))",
        ] + uses(isFirst: true) + [
            #"launch with the stored token: {"isLoggedIn":true,"logins":1}"#,
            #"launch while nobody can tell: {"notice":"the session store cannot answer in time","isKept":true,"logins":1}"#,
            #"launch after being kicked: {"isLoggedIn":true,"logins":2}"#,
            #"launch after the end of the session: {"isLoggedIn":true,"logins":3}"#,
            #"launch with what is no token: {"isLoggedIn":true,"logins":4}"#,
        ] + uses(isFirst: false) + [
            "log out: \(page(isLoggedIn: false, more: #","stored":0"#))",
            "launch after logging out: \(page(isLoggedIn: false, more: #","logins":4"#))",
            "log in again: \(page(isLoggedIn: true, more: #","logins":5"#))",
            "WeChat blocks the user: "
                + page(isLoggedIn: false, notice: "WeChat blocks this user", more: #","stored":0"#),
        ]
    }

    /// What only this system has.
    private func uses(isFirst: Bool) -> [String] {
        switch self {
        case .koa:
            let named = user(nickname: "爱丽丝 <b>", phone: isFirst ? "" : "13580006666")
            return [
                "profile: \(isFirst ? user(nickname: "", phone: "") : named)",
                "nickname: \(page(isLoggedIn: true, content: named))",
                #"bad nickname: "nickname must be printable text without control characters""#,
                #"phone refused: "getPhoneNumber:fail user deny""#,
                "phone: \(page(isLoggedIn: true, content: user(nickname: "爱丽丝 <b>", phone: "13580006666")))",
            ]
        case .credit: return ["credit: \(page(isLoggedIn: true, content: "100"))"]
        case .userinfo:
            let profile =
                #"{"nickName":"微信用户","gender":0,"language":"","city":"","province":"","country":"","#
                + #""avatarUrl":"https://thirdwx.qlogo.cn/mmopen/vi_32/grey/132"}"#
            return ["profile: \(page(isLoggedIn: true, content: profile))"]
        case .checklogin: return ["check: \(page(isLoggedIn: true))"]
        case .jwt: return ["verify: \(page(isLoggedIn: true, content: #""1""#))"]
        }
    }

    private func user(nickname: String, phone: String) -> String {
        #"{"userId":1,"nickname":"\#(nickname)","avatarUrl":"","phone":"\#(phone)","credit":100}"#
    }

    /// The data of the page, with what it shows of the user.
    private func page(isLoggedIn: Bool, content: String? = nil, notice: String = "", more: String = "") -> String {
        let shown =
            switch self {
            case .koa: #""profile":\#(content ?? "null"),"#
            case .credit: #""credit":\#(content ?? "null"),"#
            case .userinfo: #""userInfo":\#(content ?? "null"),"#
            case .checklogin: ""
            case .jwt: #""userId":\#(content ?? "\"\""),"#
            }
        return #"{"isLoggedIn":\#(isLoggedIn),\#(shown)"notice":"\#(notice)"\#(more)}"#
    }
}
