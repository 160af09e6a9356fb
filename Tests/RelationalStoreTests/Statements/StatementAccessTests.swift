import Testing

@testable import RelationalStore

struct StatementAccessTests {
    @Test(arguments: [
        ("SELECT 1", true), ("  select 1", true), ("(SELECT 1)", true), ("VALUES (1)", true),
        ("WITH a AS (SELECT 1) SELECT * FROM a", true), ("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", false),
        ("INSERT INTO a VALUES (1) RETURNING id", false), ("PRAGMA journal_mode", false), ("", false),
    ])
    func `only statements that surely read go to reading connections`(text: String, reads: Bool) {
        #expect((StatementAccess(of: text) == .read) == reads)
    }

    @Test(arguments: [
        ("BEGIN IMMEDIATE", true), ("start transaction", true), ("COMMIT", true), ("rollback", true), ("END", true),
        ("ROLLBACK TO SAVEPOINT a", false), ("SAVEPOINT a", false), ("INSERT INTO a VALUES ('COMMIT')", false),
    ])
    func `statements that begin or end a transaction are known`(text: String, controls: Bool) {
        #expect((StatementAccess(of: text) == .transaction) == controls)
    }
}
