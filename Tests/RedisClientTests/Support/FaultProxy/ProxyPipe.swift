import NIOCore

/// One direction of a proxied connection: reads from one socket and writes to the other.
final class ProxyPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Item {
        case bytes(ByteBuffer)
        case end
    }

    var passage: Passage
    /// Where the bytes go.
    var target: (any Channel)?
    weak var connection: ProxiedConnection?

    private var context: ChannelHandlerContext?
    /// The bytes that passed under the rule in force.
    private var passed = 0
    private var isReading = false
    /// What is delayed, oldest first.
    private var kept: CircularBuffer<(item: Item, release: NIODeadline)> = []
    /// Cut off, or with bytes lost: nothing passes any more.
    private var isOver = false

    init(_ passage: Passage) { self.passage = passage }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if passage.direction == .toServer { connection?.noteClientWords(bytes) }
        take(.bytes(bytes))
    }

    func channelInactive(context: ChannelHandlerContext) {
        take(.end)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Starts or stops reading, as the rule says; before both sides are joined nothing is read.
    func ruleChanged() {
        passed = 0
        guard let context, target != nil, let connection else { return }
        let isWanted = !connection.treatment(of: passage).isPaused
        guard isWanted != isReading else { return }
        isReading = isWanted
        try? context.channel.syncOptions?.setOption(.autoRead, value: isWanted)
    }

    /// What to do with the next item; `nil` when it is lost.
    private func currentTreatment() -> Treatment? {
        guard !isOver, let treatment = connection?.treatment(of: passage) else { return nil }
        isOver = treatment.isBlackhole
        return isOver ? nil : treatment
    }

    private func take(_ item: Item) {
        guard let treatment = currentTreatment() else { return }
        let release = max(.now() + treatment.delay, kept.last?.release ?? .uptimeNanoseconds(0))
        guard treatment.delay > .zero || !kept.isEmpty else { return pass(item, treatment) }
        kept.append((item, release))
        context?.eventLoop.assumeIsolated().scheduleTask(deadline: release) { self.releaseDue() }
    }

    private func releaseDue() {
        while let first = kept.first, first.release <= .now() {
            kept.removeFirst()
            if let treatment = currentTreatment() { pass(first.item, treatment) }
        }
    }

    private func pass(_ item: Item, _ treatment: Treatment) {
        guard let target, !isOver else { return }
        guard case .bytes(var bytes) = item else {
            connection?.ended()
            return
        }
        if let limit = treatment.cutAfter, passed + bytes.readableBytes >= limit {
            isOver = true
            bytes = bytes.readSlice(length: max(0, limit - passed)) ?? bytes
        }
        passed += bytes.readableBytes
        while let piece = bytes.readSlice(length: min(treatment.pieceSize ?? .max, bytes.readableBytes)),
            piece.readableBytes > 0
        {
            target.writeAndFlush(piece, promise: nil)
        }
        if isOver { connection?.cut() }
    }
}
