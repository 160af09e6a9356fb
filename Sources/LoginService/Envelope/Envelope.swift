import KoaKit

/// The JSON around every reply: `{"code":0,"message":"OK","data":{…}}` or `{"code":10001,"message":"…"}`.
struct Envelope: Sendable {
    let status: EnvelopeStatus

    /// Answers with success; `data` is left out where there is nothing to say.
    static func succeed(_ context: Context, data: JSONValue? = nil) {
        var members = [JSONMember("code", 0), JSONMember("message", "OK")]
        if let data { members.append(JSONMember("data", data)) }
        context.body = .json(.object(members))
        context.set("Cache-Control", "no-store")
    }

    /// The HTTP status of a failure in this mode.
    func httpStatus(of failure: Failure) -> Int {
        status == .http || failure.isStatusReal || failure.code.hasRealStatus ? failure.status : 200
    }

    /// Makes the reply to an error; the framework's error shaper.
    func shape(_ error: any Error, _ context: Context) {
        let failure = Failure(error)
        var members = [
            JSONMember("code", .integer(Int64(failure.code.rawValue))),
            JSONMember("message", .string(failure.message)),
            JSONMember("reason", .string(failure.reason)),
        ]
        if let errcode = failure.errcode { members.append(JSONMember("errcode", .integer(Int64(errcode)))) }
        if let requestID = context.requestID { members.append(JSONMember("requestId", .string(requestID))) }
        answer(failure, with: .object(members), context)
    }

    /// Answers with a failure in any shape, with what HTTP says of it.
    func answer(_ failure: Failure, with body: JSONValue, _ context: Context) {
        context.status = httpStatus(of: failure)
        context.body = .json(body)
        context.set("Cache-Control", "no-store")
        if let allow = failure.allow { context.set("Allow", allow) }
        if let seconds = failure.retryAfter { context.set("Retry-After", String(seconds)) }
        if let limit = failure.rateLimit, let seconds = failure.retryAfter {
            context.set("RateLimit-Limit", String(limit))
            context.set("RateLimit-Remaining", "0")
            context.set("RateLimit-Reset", String(seconds))
        }
        if context.status == 401 { context.set("WWW-Authenticate", "Bearer") }
    }
}
