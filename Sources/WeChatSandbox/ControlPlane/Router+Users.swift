import KoaKit

/// What a user does on their phone, and what WeChat keeps of them.
extension Router {
    func addUserRoutes(to sandbox: Sandbox) {
        post("/login-codes") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "appid", "risk"])
            let code = try sandbox.makeLoginCode(
                for: try input.string("user"),
                appid: try input.optionalString("appid"),
                risk: try input.optionalWord("risk")
            )
            context.body = .json(["code": .string(code)])
        }
        post("/phone-codes") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "phone", "countryCode", "appid"])
            let code = try sandbox.makePhoneCode(
                for: try input.string("user"),
                phone: try input.string("phone"),
                countryCode: input.value("countryCode") ?? "86",
                appid: try input.optionalString("appid")
            )
            context.body = .json(["code": .string(code)])
        }
        post("/open-data") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "data", "appid"])
            let user = try input.string("user")
            let openData = try sandbox.makeOpenData(
                try input.object("data"), for: user, appid: try input.optionalString("appid"))
            context.body = .json([
                "rawData": .string(openData.rawData), "signature": .string(openData.signature),
                "encryptedData": .string(openData.encryptedData), "iv": .string(openData.iv),
            ])
        }
        post("/session-keys/rotate") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "appid"])
            try sandbox.rotateSessionKey(of: try input.string("user"), appid: try input.optionalString("appid"))
            context.body = .json(["rotated": true])
        }
        post("/session-keys/expire") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "appid"])
            try sandbox.expireSessionKey(of: try input.string("user"), appid: try input.optionalString("appid"))
            context.body = .json(["expired": true])
        }
        post("/subscriptions") { context, _ in
            let input = try await ControlInput(context.request, fields: ["user", "template", "count", "appid"])
            let user = try input.string("user")
            let count = try input.optionalInteger("count") ?? 1
            try sandbox.subscribe(
                to: try input.string("template"), for: user, count: count, appid: try input.optionalString("appid"))
            context.body = .json(["count": .integer(Int64(count))])
        }
        post("/message-pushes") { context, _ in
            let fields = ["user", "event", "token", "revokeInfo", "format", "appid"]
            let input = try await ControlInput(context.request, fields: fields)
            let push = try sandbox.makeMessagePush(
                of: try input.string("event"),
                about: try input.string("user"),
                token: try input.string("token"),
                revokeInfo: try input.optionalString("revokeInfo"),
                format: try input.optionalWord("format") ?? .json,
                appid: try input.optionalString("appid")
            )
            context.body = .json([
                "query": .string(push.query), "contentType": .string(push.contentType), "body": .string(push.body),
            ])
        }
    }
}
