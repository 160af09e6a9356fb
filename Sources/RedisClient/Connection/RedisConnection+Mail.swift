import NIOCore

/// Commands that other threads have written already.
extension RedisConnection {
    /// Sends all commands of a mail at once.
    func send(_ mail: inout LoopMail) {
        let refusal = pipeline.refusal(replyCount: mail.replyCount, byteCount: mail.bytes.readableBytes, limits)
        if mail.withdrawn.isEmpty, refusal == nil {
            if pipeline.outgoing.readableBytes == 0 {
                swap(&pipeline.outgoing, &mail.bytes)
            } else {
                pipeline.outgoing.writeBuffer(&mail.bytes)
            }
            for letter in mail.letters { enqueue(letter) }
        } else {
            sendOneByOne(&mail)
        }
        // What the loop's own callers have scheduled comes at the end of the turn and takes this along.
        if !pipeline.isFlushScheduled { flush() }
    }

    private func sendOneByOne(_ mail: inout LoopMail) {
        let withdrawn = Set(mail.withdrawn)
        for letter in mail.letters {
            guard let bytes = mail.bytes.readSlice(length: letter.byteCount) else { return }
            if withdrawn.contains(letter.ticket) {
                letter.receiver.fail(RedisError(.cancelled, wasSent: false))
            } else if let refusal = pipeline.refusal(
                replyCount: letter.replyCount, byteCount: bytes.readableBytes, limits)
            {
                letter.receiver.fail(refusal)
            } else {
                pipeline.outgoing.writeImmutableBuffer(bytes)
                enqueue(letter)
            }
        }
    }

    private func enqueue(_ letter: LoopMail.Letter) {
        enqueue(
            letter.receiver, replyCount: letter.replyCount, ticket: letter.ticket, asked: letter.asked,
            deadline: letter.deadline)
    }

    /// Resumes the cancelled callers among these at once; see ``giveUp(_:)``.
    func giveUp(withdrawn tickets: [UInt64]) {
        for receiver in pipeline.queue.giveUp(Set(tickets)) { receiver.fail(RedisError(.cancelled, wasSent: true)) }
        closeIfFinished()
    }
}
