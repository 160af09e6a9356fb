/// Lets a few tests run at once: servers that starve each other look slow, and some of these tests measure time.
actor Turns {
    /// For every test that starts a node.
    static let shared = Turns(4)
    /// For runs of the binary that end at once, which may happen inside a test that has a turn.
    static let commands = Turns(1)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
