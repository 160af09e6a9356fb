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
        admission: Admission
    ) throws {
        let decoder = RequestDecoder(limits)
        let connection = HTTPConnection(
            responder: responder,
            limits: limits,
            executor: executor,
            loop: channel.eventLoop,
            decoder: decoder,
            date: DateField(),
            admission: admission
        )
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
    }
}
