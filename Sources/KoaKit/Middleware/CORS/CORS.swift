import NIOHTTP1

/// Lets pages of other origins read the replies, by the CORS protocol of the Fetch standard.
///
/// Koa's `@koa/cors`. For the whole application, a router or one route: it answers preflight requests itself and passes
/// any other OPTIONS on. Its fields stay on error replies, so that a page can read those too.
///
/// ```swift
/// var options = CORS.Options()
/// options.origin = .oneOf(["https://app.example"])
/// options.allowsCredentials = true
/// app.use(try CORS(options))
/// ```
public struct CORS: PreflightResponder {
    private let options: Options
    private let methods: String
    private let allowedFields: String?
    private let exposedFields: String?
    private let maximumAge: String?

    /// Creates a middleware that lets every origin read, without credentials.
    public init() { self.init(accepting: Options()) }

    /// Creates the middleware.
    ///
    /// - Parameter options: Who may do what.
    /// - Throws: ``InvalidOptions`` when credentials are allowed to `*`, which browsers refuse, and which Koa's answers by
    ///   letting every site act in the user's name.
    public init(_ options: Options) throws(InvalidOptions) {
        if options.allowsCredentials, options.origin.isAny {
            throw InvalidOptions("CORS: credentials need named origins, not *")
        }
        self.init(accepting: options)
    }

    private init(accepting options: Options) {
        self.options = options
        methods = options.methods.map(\.rawValue).joined(separator: ",")
        allowedFields = options.allowedFields?.joined(separator: ",")
        exposedFields = options.exposedFields.isEmpty ? nil : options.exposedFields.joined(separator: ",")
        maximumAge = options.maximumAge.map { String($0.components.seconds) }
    }

    /// Answers a preflight request, or sets the fields and runs what is downstream.
    ///
    /// - Parameters:
    ///   - context: The request.
    ///   - next: What is downstream.
    /// - Throws: What is downstream throws, and what the function that chooses the origin throws.
    public func handle(_ context: Context, next: Next) async throws {
        // Whatever comes of it depends on the origin, and a cache must know.
        context.vary("Origin", survivesError: true)
        do {
            guard let origin = try await origin(for: context) else { return try await next() }
            guard context.method == .OPTIONS else {
                allow(origin, context)
                if let exposedFields { set("Access-Control-Expose-Headers", exposedFields, context) }
                return try await next()
            }
            guard !context.get("Access-Control-Request-Method").isEmpty else { return try await next() }
            answerPreflight(of: origin, context)
        } catch var error as HTTPError where error.headers.contains(name: "Vary") {
            // The error's own field would take the place of the one set here.
            error.headers.replaceOrAdd(name: "Vary", value: varying(error.headers[canonicalForm: "Vary"]))
            throw error
        }
    }

    private func origin(for context: Context) async throws -> String? {
        switch options.origin.choice {
        case .fixed(let origin): return origin
        case .oneOf(let origins):
            let origin = context.get("Origin")
            return origins.contains(origin) ? origin : nil
        case .function(let choose): return try await choose(context)
        }
    }

    private func allow(_ origin: String, _ context: Context) {
        set("Access-Control-Allow-Origin", origin, context)
        // A function may still choose `*`; without this field, a browser keeps the credentials to itself.
        if options.allowsCredentials, origin != "*" { set("Access-Control-Allow-Credentials", "true", context) }
        guard options.isolatesContext else { return }
        set("Cross-Origin-Opener-Policy", "same-origin", context)
        set("Cross-Origin-Embedder-Policy", "require-corp", context)
    }

    private func answerPreflight(of origin: String, _ context: Context) {
        allow(origin, context)
        set("Access-Control-Allow-Methods", methods, context)
        let fields = allowedFields ?? context.get("Access-Control-Request-Headers")
        if !fields.isEmpty { set("Access-Control-Allow-Headers", fields, context) }
        if let maximumAge { set("Access-Control-Max-Age", maximumAge, context) }
        if options.allowsPrivateNetwork, !context.get("Access-Control-Request-Private-Network").isEmpty {
            set("Access-Control-Allow-Private-Network", "true", context)
        }
        context.body = .empty
    }

    private func set(_ field: String, _ value: String, _ context: Context) {
        context.set(field, value, survivesError: true)
    }

    private func varying(_ names: [Substring]) -> String {
        names.contains { $0 == "*" || $0.lowercased() == "origin" }
            ? names.joined(separator: ", ") : (names + ["Origin"]).joined(separator: ", ")
    }
}
