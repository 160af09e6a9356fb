#!/usr/bin/python3
"""GETs per second of the client's own CPU time, of several Redis clients side by side.

Each client reads one key of 200 bytes from 1, 32 and 512 tasks at once (connections or pipelines, for
redis-benchmark). Only the CPU time of the client's process counts, without its start and its warming up; that
of the server does not. The clients take turns, round after round, and the table shows medians.
"""
import argparse
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys

KEY, LENGTH = "session:5f4dcc3b5aa765d61d8327deb882cf99", 200
TASKS = (1, 32, 512)
OURS, NODE = ["Benchmarks/.build/release/redis-gets"], ["node", "Benchmarks/peers/redis-gets.js"]
CLIENTS = {
    "RedisClient, on a loop": (OURS, {"PLACE": "loop", "LOOPS": "1", "CACHE": "no"}),
    "RedisClient, on two loops": (OURS, {"PLACE": "loop", "LOOPS": "2", "CACHE": "no"}),
    "RedisClient, off the loops": (OURS, {"PLACE": "elsewhere", "LOOPS": "1", "CACHE": "no"}),
    "near cache, hits on a loop": (OURS, {"PLACE": "loop", "LOOPS": "1", "CACHE": "near"}),
    "node-redis": (NODE, {"NODE_PATH": "/usr/share/nodejs", "NODE_ENV": "production"}),
}
BENCHMARKS = {
    "redis-benchmark, a pipeline of so many": lambda tasks: ["-c", "1", "-P", str(tasks)],
    "redis-benchmark, so many connections": lambda tasks: ["-c", str(tasks), "-P", "1"],
}


def store_value(port):
    value = "v" * LENGTH
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"*3\r\n$3\r\nSET\r\n${len(KEY)}\r\n{KEY}\r\n${LENGTH}\r\n{value}\r\n".encode())
        if connection.recv(64) != b"+OK\r\n":
            sys.exit("Redis did not take the value")


def environment(client, tasks, commands, port):
    return {**os.environ, **CLIENTS[client][1], "REDIS_URL": f"redis://127.0.0.1:{port}", "KEY": KEY,
            "LENGTH": str(LENGTH), "TASKS": str(tasks), "COMMANDS": str(commands)}


def read(client, tasks, commands, port):
    """Commands per CPU-second of a client that counts for itself."""
    report = subprocess.run(CLIENTS[client][0], env=environment(client, tasks, commands, port), check=True,
                            stdout=subprocess.PIPE, text=True, timeout=120)
    done, seconds = report.stdout.split()
    return int(done) / float(seconds)


def benchmark(client, tasks, commands, port):
    """Commands per CPU-second of redis-benchmark, its start included, which is short beside the rest."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["redis-benchmark", "-p", str(port), "-n", str(commands), "-q", *BENCHMARKS[client](tasks),
                    "GET", KEY], check=True, stdout=subprocess.DEVNULL, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return commands / (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def allocations(client, tasks, port, directory):
    """Allocations per command, as valgrind counts them: two runs of different length tell one command's."""
    # valgrind gives up on the debug information of Swift's compiler, and has to be told of the allocator.
    binary, log = os.path.join(directory, "redis-gets"), os.path.join(directory, "valgrind.log")
    subprocess.run(["strip", "--strip-debug", "-o", binary, CLIENTS[client][0][0]], check=True)
    counts, lengths = [], (20_000, 60_000)
    for commands in lengths:
        subprocess.run(["valgrind", "--soname-synonyms=somalloc=libmimalloc*", "--leak-check=no",
                        "--undef-value-errors=no", f"--log-file={log}", binary],
                       env=environment(client, tasks, commands, port), check=True, stdout=subprocess.DEVNULL,
                       timeout=300)
        with open(log) as file:
            counts.append(int(re.search(r"total heap usage: ([\d,]+) allocs", file.read())[1].replace(",", "")))
    # Each run warms up with a tenth as many.
    return (counts[1] - counts[0]) / (1.1 * (lengths[1] - lengths[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--redis-port", type=int, required=True, help="a Redis on 127.0.0.1 of which nothing is kept")
    parser.add_argument("--directory", required=True, help="where valgrind may write")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the clients whose name contains this")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1, help="how many commands, of 100,000 to 1,000,000")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    store_value(options.redis_port)
    clients = [name for name in [*CLIENTS, *BENCHMARKS] if options.only in name]
    rates = {(name, tasks): [] for name in clients for tasks in TASKS}
    for number in range(1, options.rounds + 1):
        for tasks in TASKS:
            for name in clients:
                is_batched = (tasks > 1 and "connections" not in name) or "near" in name
                commands = int((1_000_000 if is_batched else 100_000) * options.scale)
                measure = read if name in CLIENTS else benchmark
                rates[name, tasks].append(measure(name, tasks, commands, options.redis_port))
                print(f"round {number}: {tasks:3} {name}: {rates[name, tasks][-1]:.0f} GET/CPU-s", flush=True)
    median = {place: statistics.median(values) for place, values in rates.items()}
    print(f"\nGETs of {LENGTH} bytes per CPU-second of the client; medians of {options.rounds} rounds."
          " In brackets: to node-redis.\n")
    width = max(map(len, clients))
    print("at once".ljust(width), *(f"{tasks:17}" for tasks in TASKS))
    for name in clients:
        cells = [f"{median[name, tasks]:9.0f}"
                 + (f" ({median[name, tasks] / median['node-redis', tasks]:5.2f})" if "node-redis" in clients else "")
                 for tasks in TASKS]
        print(name.ljust(width), *(cell.rjust(17) for cell in cells))
    print("\nAllocations per GET, 32 at once:")
    for name in clients:
        if name in CLIENTS and CLIENTS[name][0] is OURS:
            print(name.ljust(width), f"{allocations(name, 32, options.redis_port, options.directory):.2f}")


if __name__ == "__main__":
    main()
