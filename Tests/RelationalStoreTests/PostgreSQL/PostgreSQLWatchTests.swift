#if PostgreSQL
    import Testing

    @testable import RelationalStore

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    @Suite(.timeLimit(.minutes(1)))
    struct PostgreSQLWatchTests {
        private func isReadable(_ watch: PostgreSQLWatch) -> Bool {
            var entry = pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) == 1
        }

        @Test func `an interrupt is seen until the next operation starts`() {
            let watch = PostgreSQLWatch()
            #expect(!watch.isInterrupted && !isReadable(watch))
            watch.interrupt()
            #expect(watch.isInterrupted && isReadable(watch))
            watch.reset()
            #expect(!watch.isInterrupted && !isReadable(watch))
        }

        @Test func `an interrupt that races with the start of an operation leaves nothing behind for later ones`() async
        {
            let watch = PostgreSQLWatch()
            for _ in 0..<20_000 {
                await withTaskGroup { group in
                    group.addTask { watch.interrupt() }
                    group.addTask { watch.reset() }
                }
                watch.reset()
                guard !isReadable(watch) else {
                    Issue.record("later operations are interrupted for ever")
                    return
                }
            }
        }
    }
#endif
