#!/usr/bin/python3
"""Allocations per request: valgrind counts those of a whole run, so two runs of different length tell one request's.

Only servers that take their memory from malloc can be counted: node keeps a heap of its own.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess

from servers import running

SHORT, LONG = 1_000, 6_000


def count(case, requests, directory):
    """All allocations of a server that answers so many requests on one connection."""
    log = os.path.join(directory, "valgrind.log")
    # valgrind gives up on the debug information of Swift's compiler, and has to be told of the allocator.
    binary = os.path.join(directory, os.path.basename(case["command"][0]))
    subprocess.run(["strip", "--strip-debug", "-o", binary, case["command"][0]], check=True)
    case = {**case, "command": [binary, *case["command"][1:]]}
    valgrind = ["valgrind", "--soname-synonyms=somalloc=libmimalloc*", "--leak-check=no", "--undef-value-errors=no",
                f"--log-file={log}"]
    with running(case, {}, directory, wrapper=valgrind, patience=120) as (server, port, _):
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            reader = connection.makefile("rb")
            for _ in range(requests):
                connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                if not reader.readline().startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"{case['name']} answered something else than 200")
                length = 0
                while (line := reader.readline().strip()) != b"":
                    name, value = line.split(b":", 1)
                    if name.lower() == b"content-length":
                        length = int(value)
                reader.read(length)
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    with open(log) as file:
        return int(re.search(r"total heap usage: ([\d,]+) allocs", file.read())[1].replace(",", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", required=True, help="where logs are written")
    options = parser.parse_args()
    with open(os.path.join(os.path.dirname(__file__), "cases.json")) as file:
        groups = {group["name"]: group["cases"] for group in json.load(file)["groups"]}
    print(f"{'allocations per request':30}")
    for case in groups["fixed JSON"]:
        if case["command"][0] == "node":
            continue
        counts = [count(case, requests, options.directory) for requests in (SHORT, LONG)]
        print(f"{case['name']:30} {(counts[1] - counts[0]) / (LONG - SHORT):8.1f}", flush=True)


if __name__ == "__main__":
    main()
