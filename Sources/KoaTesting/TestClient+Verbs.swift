public import NIOHTTP1

/// A helper for each method; see ``TestClient/request(_:_:headers:body:)``.
extension TestClient {
    /// Sends GET.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> TestReply {
        try await request(.GET, path, headers: headers)
    }

    /// Sends HEAD.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func head(_ path: String, headers: HTTPHeaders = [:]) async throws -> TestReply {
        try await request(.HEAD, path, headers: headers)
    }

    /// Sends OPTIONS.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func options(_ path: String, headers: HTTPHeaders = [:]) async throws -> TestReply {
        try await request(.OPTIONS, path, headers: headers)
    }

    /// Sends POST.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func post(_ path: String, headers: HTTPHeaders = [:], body: TestBody = .none) async throws -> TestReply {
        try await request(.POST, path, headers: headers, body: body)
    }

    /// Sends PUT.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func put(_ path: String, headers: HTTPHeaders = [:], body: TestBody = .none) async throws -> TestReply {
        try await request(.PUT, path, headers: headers, body: body)
    }

    /// Sends PATCH.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func patch(_ path: String, headers: HTTPHeaders = [:], body: TestBody = .none) async throws -> TestReply {
        try await request(.PATCH, path, headers: headers, body: body)
    }

    /// Sends DELETE.
    ///
    /// - Throws: What ``request(_:_:headers:body:)`` throws.
    public func delete(_ path: String, headers: HTTPHeaders = [:], body: TestBody = .none) async throws -> TestReply {
        try await request(.DELETE, path, headers: headers, body: body)
    }
}
