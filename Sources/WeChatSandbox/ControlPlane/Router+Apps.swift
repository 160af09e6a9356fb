import KoaKit

/// What WeChat keeps of an app.
extension Router {
    func addAppRoutes(to sandbox: Sandbox) {
        post("/apps") { context, _ in
            let input = try await ControlInput(context.request, fields: ["appid", "frozen", "allowedAddresses"])
            let appid = try input.optionalString("appid")
            let isFrozen = try input.optionalFlag("frozen")
            if let addresses = try input.optionalStrings("allowedAddresses") {
                try sandbox.setAllowedAddresses(addresses.map(Set.init), appid: appid)
            }
            if let isFrozen { try sandbox.setFrozen(isFrozen, appid: appid) }
            let named = try sandbox.app(appid).appid
            guard let app = sandbox.withState({ $0.apps[named] }) else { return }
            context.body = .json([
                "appid": .string(app.appid), "frozen": .bool(app.isFrozen),
                "allowedAddresses": app.allowedAddresses.map { .array($0.sorted().map { .string($0) }) } ?? .null,
            ])
        }
        post("/quotas") { context, _ in
            let input = try await ControlInput(context.request, fields: ["endpoint", "perMinute", "perDay"])
            let quota = SandboxQuota(
                perMinute: try input.optionalInteger("perMinute"), perDay: try input.optionalInteger("perDay"))
            let endpoint: SandboxEndpoint = try input.word("endpoint")
            try sandbox.setQuota(quota, of: endpoint)
            context.body = .json([
                "endpoint": .string(endpoint.rawValue),
                "perMinute": quota.perMinute.map { .integer(Int64($0)) } ?? .null,
                "perDay": quota.perDay.map { .integer(Int64($0)) } ?? .null,
            ])
        }
        post("/access-tokens/expire") { context, _ in
            let input = try await ControlInput(context.request, fields: ["appid"])
            try sandbox.expireAccessTokens(appid: try input.optionalString("appid"))
            context.body = .json(["expired": true])
        }
        post("/access-tokens/revoke") { context, _ in
            let input = try await ControlInput(context.request, fields: ["appid"])
            try sandbox.revokeAccessTokens(appid: try input.optionalString("appid"))
            context.body = .json(["revoked": true])
        }
        post("/component-tokens") { context, _ in
            let input = try await ControlInput(context.request, fields: ["component", "authorized", "appid"])
            let token = try sandbox.makeComponentToken(
                for: try input.string("component"),
                appid: try input.optionalString("appid"),
                isAuthorized: try input.flag("authorized", default: true)
            )
            context.body = .json(["component_access_token": .string(token)])
        }
    }
}
