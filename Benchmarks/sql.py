#!/usr/bin/python3
"""Queries per second of the client's own CPU time, of RelationalStore, of the vendors' C calls and of node's mysql.

Finding a user by openid and adding one, from 1, 8 and 32 callers over 4 connections, on a private server for each
dialect. The C calls are one thread and one connection in a loop: what a query costs at the least. Only the CPU
time of the client's process counts, without its start and its warming up. The clients take turns, round after
round, and the table shows medians.
"""
import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys

import databases

CALLERS = (1, 8, 32)
CONNECTIONS = 4
OURS, FLOOR = ["Benchmarks/.build/release/sql-queries"], ["Benchmarks/.build/release/sql-floor"]
NODE = ["node", "Benchmarks/peers/sql-queries.js"]


def clients(dialect):
    """Those that measure a dialect, each with the numbers of callers it can have."""
    yield "RelationalStore", OURS, CALLERS
    yield "the C calls in a loop", FLOOR, (1,)
    if dialect == "mysql":
        yield "node's mysql", NODE, CALLERS


def measure(command, environment, run):
    report = subprocess.run(command, env={**os.environ, **environment, "RUN": run, "NODE_PATH": "/usr/share/nodejs"},
                            check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    done, seconds = report.stdout.split()
    return int(done) / float(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", required=True, help="where the servers keep their data")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the dialects whose name contains this")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--queries", type=int, default=20_000)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.chmod(options.directory, 0o755)  # the servers run as users of their own

    figures = {}
    with contextlib.ExitStack() as stack:
        names = [name for name in databases.ALL if options.only in name]
        open_databases = {name: stack.enter_context(databases.ALL[name](options.directory)) for name in names}
        for number in range(1, options.rounds + 1):
            for dialect, settings in open_databases.items():
                for work in ("find", "insert"):
                    for client, command, counts in clients(dialect):
                        for callers in counts:
                            environment = {**settings, "DIALECT": dialect, "WORK": work, "CALLERS": str(callers),
                                           "CONNECTIONS": str(CONNECTIONS), "USERS": str(databases.USERS),
                                           "QUERIES": str(options.queries)}
                            run = f"{client[:4].strip()}-{callers}-{number}"
                            rate = measure(command, environment, run)
                            figures.setdefault((dialect, work, client, callers), []).append(rate)
                            print(f"round {number}: {dialect} {work}: {client}, {callers}: {rate:.0f}/CPU-s", flush=True)

    print(f"\nQueries per CPU-second of the client; medians of {options.rounds} rounds. In brackets: to the C calls.\n")
    print(f"{'':38}" + "".join(f"{f'{count} callers':>18}" for count in CALLERS))
    median = {place: statistics.median(values) for place, values in figures.items()}
    for dialect in names:
        for work in ("find", "insert"):
            for client, _, counts in clients(dialect):
                floor = median[dialect, work, "the C calls in a loop", 1]
                cells = [f"{median[dialect, work, client, count]:.0f} ({median[dialect, work, client, count] / floor:.2f})"
                         if count in counts else "" for count in CALLERS]
                print(f"{dialect + ' ' + work + ', ' + client:38}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
