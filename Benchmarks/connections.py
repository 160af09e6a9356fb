#!/usr/bin/python3
"""Memory of a server that holds thousands of idle keep-alive connections, each of which made one request."""
import argparse
import json
import os
import resource
import socket

from servers import resident_mib, running

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", required=True, help="where logs are written")
    parser.add_argument("--connections", type=int, default=10_000)
    options = parser.parse_args()
    needed = options.connections + 100
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise SystemExit(f"this needs {needed} file descriptors, and ulimit -Hn says {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    with open(os.path.join(os.path.dirname(__file__), "cases.json")) as file:
        groups = {group["name"]: group["cases"] for group in json.load(file)["groups"]}
    print(f"{options.connections} idle connections")
    for case in groups["fixed JSON"]:
        if "middleware" in case["name"]:
            continue
        with running(case, {}, options.directory) as (server, port, _):
            before = resident_mib(server.pid)
            held = []
            for _ in range(options.connections):
                connection = socket.create_connection(("127.0.0.1", port), 10)
                connection.sendall(REQUEST)
                if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"{case['name']} answered something else than 200")
                held.append(connection)
            after = resident_mib(server.pid)
            # The first and the last are still served: none was dropped to save memory.
            for connection in (held[0], held[-1]):
                connection.sendall(REQUEST)
                if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    raise SystemExit(f"{case['name']} dropped an idle connection")
            for connection in held:
                connection.close()
        growth = (after - before) * 1024 / options.connections
        print(f"{case['name']:20} {before:6.0f} MiB -> {after:6.0f} MiB, {growth:5.1f} KiB a connection", flush=True)


if __name__ == "__main__":
    main()
