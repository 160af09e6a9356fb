import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1

extension WeChatClient {
    /// Makes a call, and again as its repetition allows, all within the configured time.
    ///
    /// - Parameter call: What to ask.
    /// - Returns: What WeChat answered.
    /// - Throws: ``WeChatError``.
    func perform<Answer>(_ call: WeChatCall<Answer>) async throws(WeChatError) -> Answer {
        let start = NIODeadline.now()
        var attempts = 1
        do throws(WeChatError) {
            let answer = try await perform(call, by: start + TimeAmount(configuration.timeout), attempts: &attempts)
            log(call, since: start, attempts: attempts)
            return answer
        } catch {
            log(call, since: start, attempts: attempts, error: error)
            throw error
        }
    }

    private func perform<Answer>(
        _ call: WeChatCall<Answer>, by deadline: NIODeadline, attempts: inout Int
    ) async throws(WeChatError) -> Answer {
        var isAmbiguous = false
        while true {
            let failure: AttemptFailure
            do throws(AttemptFailure) {
                return try await attempt(call, by: deadline)
            } catch {
                failure = error
            }
            let error = isAmbiguous ? failure.error.afterEarlierAttempt : failure.error
            guard attempts < call.repetition.attempts, call.repetition.allows(failure) else { throw error }
            let pause = call.repetition.pause(before: attempts + 1)
            guard NIODeadline.now() + TimeAmount(pause) < deadline, (try? await Task.sleep(for: pause)) != nil else {
                throw error
            }
            isAmbiguous = error.isAmbiguous
            attempts += 1
        }
    }

    private func attempt<Answer>(
        _ call: WeChatCall<Answer>, by deadline: NIODeadline
    ) async throws(AttemptFailure) -> Answer {
        let collector = ReplyCollector(limit: configuration.maximumReplyBytes)
        let body: ByteBuffer
        do {
            body = try await send(call, collector, by: deadline)
        } catch {
            throw AttemptFailure(error, progress: collector.progress, isCancelled: Task.isCancelled)
        }
        let reply: WeChatReply<Answer>
        do throws(MalformedReply) {
            // Whatever its Content-Type says: WeChat labels JSON `text/plain` too.
            reply = try WireJSON.decode(WeChatReply<Answer>.self, from: Array(body.readableBytesView))
        } catch {
            throw AttemptFailure(error)
        }
        switch reply {
        case .answer(let answer): return answer
        case .refusal(let errcode): throw AttemptFailure(errcode: errcode, meaning: call.meanings[errcode])
        }
    }

    private func send<Answer>(
        _ call: WeChatCall<Answer>, _ collector: ReplyCollector, by deadline: NIODeadline
    ) async throws -> ByteBuffer {
        if Task.isCancelled { throw HTTPClientError.cancelled }
        let request = try HTTPClient.Request(
            url: configuration.baseURL + call.target.exposed,
            method: call.body == nil ? .GET : .POST,
            headers: call.body == nil ? [:] : ["Content-Type": "application/json"],
            body: call.body.map { .byteBuffer($0.exposed) })
        // No logger and no tracer go with the request: both would see the URL, and the secret in it.
        let task = http.execute(request: request, delegate: collector, deadline: deadline)
        return try await withTaskCancellationHandler {
            try await task.get()
        } onCancel: {
            task.cancel()
        }
    }

    private func log<Answer>(
        _ call: WeChatCall<Answer>, since start: NIODeadline, attempts: Int, error: WeChatError? = nil
    ) {
        guard logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            "wechat.call": "\(call.name)", "wechat.duration": "\(Duration(NIODeadline.now() - start))",
            "wechat.attempts": "\(attempts)",
        ]
        if let error { metadata["error"] = "\(error)" }
        logger.debug(error == nil ? "WeChat answered" : "WeChat gave no answer", metadata: metadata)
    }
}
