import KoaKit

extension Context {
    /// Answers with a body in the shape of an older system.
    func answer(_ body: JSONValue) {
        self.body = .json(body)
        set("Cache-Control", "no-store")
    }
}
