/// What an import did, by the ids of the users; holds neither openids nor phones.
public struct ImportReport: Sendable, Equatable {
    /// How many users were added.
    public internal(set) var imported = 0
    /// How many were there already, under the same id.
    public internal(set) var alreadyThere = 0
    /// Rows without a usable openid: nobody could log in as these.
    public internal(set) var withoutOpenID: [Int64] = []
    /// Users whose id or openid belongs to another user here; they were left out.
    public internal(set) var conflicts: [Int64] = []
    /// Users who were added without their phone: it is none, or another user has it.
    public internal(set) var withoutPhone: [Int64] = []
    /// Users who were added without their nickname: it is too long or holds control characters.
    public internal(set) var withoutNickname: [Int64] = []

    /// How many rows were looked at.
    public var total: Int { imported + alreadyThere + withoutOpenID.count + conflicts.count }

    mutating func add(_ other: ImportReport) {
        imported += other.imported
        alreadyThere += other.alreadyThere
        withoutOpenID += other.withoutOpenID
        conflicts += other.conflicts
        withoutPhone += other.withoutPhone
        withoutNickname += other.withoutNickname
    }
}
