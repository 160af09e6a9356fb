import NIOCore

/// Commands that other threads have written already.
extension RedisConnection {
    /// Sends all commands of a mail at once.
    func send(_ mail: inout LoopMail) {
        if mail.withdrawn.isEmpty, queue.replyCount + mail.replyCount <= limits.maximumInFlight,
            outgoing.readableBytes + mail.bytes.readableBytes <= limits.maximumPendingBytes
        {
            if outgoing.readableBytes == 0 {
                swap(&outgoing, &mail.bytes)
            } else {
                outgoing.writeBuffer(&mail.bytes)
            }
            for letter in mail.letters { enqueue(letter) }
        } else {
            sendOneByOne(&mail)
        }
        // What the loop's own callers have scheduled comes at the end of the turn and takes this along.
        if !isFlushScheduled { flush() }
    }

    private func sendOneByOne(_ mail: inout LoopMail) {
        let withdrawn = Set(mail.withdrawn)
        for letter in mail.letters {
            guard let bytes = mail.bytes.readSlice(length: letter.byteCount) else { return }
            if withdrawn.contains(letter.ticket) {
                letter.receiver.fail(RedisError(.cancelled, wasSent: false))
            } else if queue.replyCount + letter.replyCount > limits.maximumInFlight {
                letter.receiver.fail(.overloaded(.inFlightBound))
            } else if outgoing.readableBytes + bytes.readableBytes > limits.maximumPendingBytes {
                letter.receiver.fail(.overloaded(.byteBound))
            } else {
                outgoing.writeImmutableBuffer(bytes)
                enqueue(letter)
            }
        }
    }

    private func enqueue(_ letter: LoopMail.Letter) {
        enqueue(
            letter.receiver, number: takeNumber(), replyCount: letter.replyCount, ticket: letter.ticket,
            asked: letter.asked, deadline: letter.deadline)
    }

    /// Resumes the cancelled callers among these at once; see ``giveUp(_:)``.
    func giveUp(withdrawn tickets: [UInt64]) {
        for receiver in queue.giveUp(Set(tickets)) { receiver.fail(RedisError(.cancelled, wasSent: true)) }
        closeIfFinished()
    }
}
