import KoaKit

/// Something to do.
struct Todo: Encodable, Sendable {
    let id: Int
    var title: String
    var isDone = false
}

/// What a client sends to add one.
struct NewTodo: Decodable {
    let title: String

    /// Itself, if it can be stored.
    func validated() throws(HTTPError) -> NewTodo {
        try validate(title: title)
        return self
    }
}

/// What a client sends to change one; what is left out stays.
struct TodoChange: Decodable {
    let title: String?
    let isDone: Bool?

    /// Itself, if it can be stored.
    func validated() throws(HTTPError) -> TodoChange {
        if let title { try validate(title: title) }
        return self
    }
}

private func validate(title: String) throws(HTTPError) {
    guard (1...200).contains(title.count) else {
        throw HTTPError(400, "title must have 1 to 200 characters", reason: .invalidParameter)
    }
}
