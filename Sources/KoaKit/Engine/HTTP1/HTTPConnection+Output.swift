import NIOCore

/// Bytes on their way out.
extension HTTPConnection {
    /// How much is gathered for one write.
    static let bufferSize = 65_536

    /// Replies that are made within one read leave together, up to a size that a small request cannot multiply.
    func flushUnlessReading() {
        if !arrival.isReading || output.readableBytes >= Self.bufferSize { flush() }
    }

    /// Lets what is written in one turn of the loop leave together.
    func flushSoon() {
        guard output.readableBytes < Self.bufferSize else { return flush() }
        guard !arrival.isReading, !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    /// Has a buffer lent where there is none.
    func takeOutput() {
        if output.capacity == 0 { output = memory.takeOutput() }
    }

    func flush() {
        guard output.readableBytes > 0, let context else { return }
        // Taken before the write: one that makes room lets the next reply be made, and flushed, inside this call.
        var bytes = ByteBuffer()
        swap(&bytes, &output)
        progress.add(bytes.readableBytes)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        memory.giveBack(output: bytes)
    }

    /// Sends bytes behind what is gathered, as they are, without a copy.
    func pass(_ bytes: ByteBuffer) {
        guard let context else { return }
        var gathered = ByteBuffer()
        swap(&gathered, &output)
        progress.add(gathered.readableBytes + bytes.readableBytes)
        if gathered.readableBytes > 0 { context.write(wrapOutboundOut(gathered), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// What is written and not yet taken by the socket.
    var bufferedBytes: Int {
        (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
