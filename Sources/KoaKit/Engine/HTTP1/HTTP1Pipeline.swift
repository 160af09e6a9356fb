import NIOCore

extension HTTPConnection {
    /// Adds what serves HTTP/1 to a channel, behind whatever decrypts.
    ///
    /// - Throws: An error of NIO when the channel is closed.
    static func addHandlers(
        to channel: any Channel,
        responder: Responder,
        limits: HTTPLimits,
        executor: EventLoopTaskExecutor,
        admission: Admission,
        isSecure: Bool
    ) throws {
        let decoding = DecodingProgress()
        let decoder = RequestDecoder(limits, progress: decoding)
        let connection = HTTPConnection(
            responder: responder,
            limits: limits,
            executor: executor,
            loop: channel.eventLoop,
            memory: executor.memory.value,
            admission: admission,
            isSecure: isSecure,
            decoding: decoding
        )
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
    }
}
