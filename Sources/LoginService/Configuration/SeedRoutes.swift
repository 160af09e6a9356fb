/// A group of the older systems' routes, which can be switched off: the setting `SEED_ROUTES`.
public enum SeedRoutes: String, Sendable, CaseIterable {
    /// `/login`, `/credit`, `/userinfo`.
    case credit
    /// `/checklogin`.
    case checkLogin = "checklogin"
    /// `/auth`, `/isAuth`.
    case jwt
}
