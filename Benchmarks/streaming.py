#!/usr/bin/python3
"""Speed and memory of a server while bytes stream through it, beside what the loopback itself carries."""
import argparse
import socket
import threading
import time

from servers import cpu_seconds, resident_mib, running

BLOCK = bytes(1 << 18)
CASE = {
    "name": "KoaKit",
    "command": ["Benchmarks/.build/release/koakit-server"],
    "environment": {"PORT": "{port}", "WORKERS": "1", "STREAMS": "1"},
}


def send(connection, total):
    sent = 0
    while sent < total:
        length = min(len(BLOCK), total - sent)
        connection.sendall(memoryview(BLOCK)[:length])
        sent += length


def receive(connection, total):
    buffer = bytearray(len(BLOCK))
    received = 0
    while received < total:
        length = connection.recv_into(buffer)
        if length == 0:
            raise SystemExit(f"the connection ended after {received} of {total} bytes")
        received += length


def read_head(connection):
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())
    return head


def loopback(total):
    """Python to Python, without HTTP: what this machine carries at most with such a client."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    sender = threading.Thread(target=send, args=(client, total))
    started = time.monotonic()
    sender.start()
    receive(server, total)
    sender.join()
    return time.monotonic() - started


def download(port, total):
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(f"GET /download?bytes={total} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        read_head(connection)
        receive(connection, total)


def upload(port, total):
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(f"PUT /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {total}\r\n\r\n".encode())
        send(connection, total)
        head = read_head(connection)
        length = int(next(l.split(b":")[1] for l in head.split(b"\r\n") if l.lower().startswith(b"content-length")))
        if int(connection.recv(length)) != total:
            raise SystemExit("the server counted something else")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", required=True, help="where logs are written")
    parser.add_argument("--mebibytes", type=int, default=1024)
    options = parser.parse_args()
    total = options.mebibytes << 20
    print(f"{options.mebibytes} MiB{'':12} {'MiB/s':>8} {'MiB/CPU-s':>10} {'RSS before':>11} {'at most':>8}")
    print(f"{'loopback':20} {options.mebibytes / loopback(total):8.0f}", flush=True)
    for direction in (download, upload):
        with running(CASE, {}, options.directory) as (server, port, _):
            direction(port, 1 << 20)
            before, used, started = resident_mib(server.pid), cpu_seconds(server.pid), time.monotonic()
            direction(port, total)
            elapsed = time.monotonic() - started
            used = cpu_seconds(server.pid) - used
            print(f"{CASE['name'] + ' ' + direction.__name__:20} {options.mebibytes / elapsed:8.0f}"
                  f" {options.mebibytes / used:10.0f} {before:11.0f} {resident_mib(server.pid, 'VmHWM'):8.0f}", flush=True)


if __name__ == "__main__":
    main()
