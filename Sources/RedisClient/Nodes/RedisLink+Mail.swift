/// The commands of callers that run elsewhere than on the loop.
extension RedisLink {
    /// Takes in what came since the last time.
    func collectMail() {
        inbox.collect(into: &mail)
        if let ready {
            ready.send(&mail)
        } else {
            for letter in mail.letters { letter.receiver.fail(.notTaken) }
        }
        giveUp(mail.withdrawn)
        mail.clear()
    }
}
