import Testing

@testable import RelationalStore

struct NumberedPlaceholdersTests {
    @Test(arguments: [
        ("SELECT 1", "SELECT 1", 0),
        ("SELECT ?, ? FROM a WHERE b=?", "SELECT $1, $2 FROM a WHERE b=$3", 3),
        ("SELECT '?', 'it''s ?', ?", "SELECT '?', 'it''s ?', $1", 1),
        (#"SELECT E'\'?', ?, '\', ?"#, #"SELECT E'\'?', $1, '\', $2"#, 2),
        (#"SELECT "a?""b?", ?"#, #"SELECT "a?""b?", $1"#, 1),
        ("SELECT ? -- why?\n, ? -- ?", "SELECT $1 -- why?\n, $2 -- ?", 2),
        ("SELECT /* ? 'x */ ?", "SELECT /* ? 'x */ $1", 1),
        ("DO $$ ? $$; SELECT ?", "DO $$ ? $$; SELECT $1", 1),
        ("DO $a1$ ? $$ ? $a1$ ?", "DO $a1$ ? $$ ? $a1$ $1", 1),
        ("SELECT a$b, ?", "SELECT a$b, $1", 1),
        ("SELECT 'open ?", "SELECT 'open ?", 0),
        ("SELECT 'é?', ?", "SELECT 'é?', $1", 1),
    ])
    func `question marks that are placeholders get numbers`(text: String, expected: String, count: Int) {
        let result = NumberedPlaceholders.rewrite(text)
        #expect(result.text == expected)
        #expect(result.count == count)
    }
}
