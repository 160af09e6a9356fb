/// What is wrong with a reply, without any of its content.
enum MalformedReply: Error, Equatable {
    case status(Int)
    case notHTTP
    case truncated
    case tooLarge(limit: Int)
    case notJSON
    case duplicateKey
    case unusable(field: String)
}
