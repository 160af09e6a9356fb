/// A member of a sorted set with its score.
public struct ScoredMember<Member: Sendable>: Sendable {
    /// The member.
    public let member: Member
    /// What it is ordered by.
    public let score: Double

    /// Makes a member with its score.
    public init(_ member: Member, score: Double) {
        self.member = member
        self.score = score
    }
}

extension ScoredMember: Equatable where Member: Equatable {}
extension ScoredMember: Hashable where Member: Hashable {}

extension ScoredMember where Member: RedisDecodable {
    /// Reads an array in which members and scores take turns.
    static func list(_ reply: RedisValue) throws(RedisDecodingError) -> [Self] {
        guard case .array(let elements) = reply, elements.count.isMultiple(of: 2) else {
            throw RedisDecodingError(reply, expected: "array of members and scores")
        }
        var list: [Self] = []
        list.reserveCapacity(elements.count / 2)
        for index in stride(from: 0, to: elements.count, by: 2) {
            list.append(Self(try Member(elements[index]), score: try Double(elements[index + 1])))
        }
        return list
    }
}
