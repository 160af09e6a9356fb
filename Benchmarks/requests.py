#!/usr/bin/python3
"""Requests per second of a server's own CPU time, of several servers side by side.

Each case of cases.json is a server: it is started, warmed up, loaded with wrk (one thread) over loopback,
and the CPU time that its process tree used meanwhile is read from /proc. The clock on the wall is shared
with wrk, Redis and whatever else this machine does; the server's CPU time is not. The cases take turns,
round after round, and the table shows each figure's median over the rounds.
"""
import argparse
import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

import databases
from servers import cpu_seconds, resident_mib, running


def milliseconds(text):
    """wrk's 940.00us, 1.20ms or 2.00s as milliseconds."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def check_reply(case, url, header):
    """A fast wrong answer is no measurement: compares one reply with what the case expects."""
    request = urllib.request.Request(url, headers=dict([header.split(": ", 1)]) if header else {})
    if "body" in case:
        request.data = case["body"].replace("$", f"{time.time_ns()}").encode()
        request.add_header("Content-Type", "application/json")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as response:
            status, body = response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read().decode()
    if status != 200 or not re.fullmatch(re.escape(case["reply"]).replace(r"\*", ".*"), body.strip()):
        raise SystemExit(f"{case['name']}: {url} answered {status} {body!r}, not {case['reply']!r}")


def measure(case, options, values):
    """One round of one case: its figures, or SystemExit with the reason."""
    with running(case, values, options.directory) as (server, port, fill):
        url = f"http://127.0.0.1:{port}{case['path']}"
        header = fill(case.get("header", ""))
        check_reply(case, url, header)
        wrk = ["wrk", "-t1", f"-c{options.connections}", "--latency", *(["-H", header] if header else []),
               *(["-s", case["script"]] if "script" in case else [])]

        def load(seconds):
            return subprocess.run([*wrk, f"-d{seconds}s", url], check=True, capture_output=True, text=True,
                                  timeout=seconds + 20).stdout

        load(2)
        before, started = cpu_seconds(server.pid), time.monotonic()
        report = load(options.seconds)
        used, wall = cpu_seconds(server.pid) - before, time.monotonic() - started
        check_reply(case, url, header)
        requests = int(re.search(r"(\d+) requests in", report)[1])
        bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
        lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
        return {
            "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1]),
            "per_cpu": requests / used,
            "cpu": 100 * used / wall,
            "p50": milliseconds(re.search(r"\n\s+50%\s+(\S+)", report)[1]),
            "p99": milliseconds(re.search(r"\n\s+99%\s+(\S+)", report)[1]),
            "rss": resident_mib(server.pid),
            "bad": (int(bad[1]) if bad else 0) + (sum(map(int, lost.groups())) if lost else 0),
        }


def upstreams(stack, directory):
    """Starts what logins need besides Redis: a MariaDB, and a fast api.weixin.qq.com."""
    os.chmod(directory, 0o755)  # MariaDB runs as a user of its own
    database = stack.enter_context(databases.mysql(directory))["EMPTY_DATABASE_URL"]
    home = os.path.join(directory, "wechat")
    os.makedirs(home)
    case = {"name": "wechat", "command": ["node", "Benchmarks/peers/wechat.js"], "environment": {"PORT": "{port}"}}
    _, port, _ = stack.enter_context(running(case, {}, home))
    return {"database": database, "wechat": f"http://127.0.0.1:{port}"}


def table(title, rounds, baselines):
    """The rounds' medians as lines of text."""
    median = {name: {key: statistics.median(r[key] for r in figures) for key in figures[0]}
              for name, figures in rounds.items()}
    for name, figures in rounds.items():
        median[name]["bad"] = sum(r["bad"] for r in figures)
    lines = [[title, "req/s", "req/CPU-s", *(f"to {label}" for label in baselines),
              "CPU %", "p50 ms", "p99 ms", "RSS MiB", "non-2xx"]]
    for name, figures in median.items():
        ratios = [f"{figures['per_cpu'] / median[base]['per_cpu']:.2f}" for base in baselines.values()]
        lines.append([name, f"{figures['rate']:.0f}", f"{figures['per_cpu']:.0f}", *ratios, f"{figures['cpu']:.0f}",
                      f"{figures['p50']:.2f}", f"{figures['p99']:.2f}", f"{figures['rss']:.0f}", f"{figures['bad']}"])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return ["  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])])
            for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=os.path.join(os.path.dirname(__file__), "cases.json"))
    parser.add_argument("--only", default="", metavar="TEXT", help="only the groups whose name contains this")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="length of each measurement")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--redis", required=True, help="URL that replaces {redis}")
    parser.add_argument("--token", required=True, help="a live session's token, replaces {token}")
    parser.add_argument("--directory", required=True, help="where servers may write, replaces {directory}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    with open(options.cases) as file:
        groups = [group for group in json.load(file)["groups"] if options.only in group["name"]]
    if not groups:
        sys.exit("no such group of cases")
    values = {"redis": options.redis, "token": options.token, "directory": options.directory}
    rounds = {group["name"]: {case["name"]: [] for case in group["cases"]} for group in groups}
    with contextlib.ExitStack() as stack:
        if "{database}" in json.dumps(groups):
            values |= upstreams(stack, options.directory)
        for number in range(1, options.rounds + 1):
            for group in groups:
                for case in group["cases"]:
                    figures = measure(case, options, values)
                    rounds[group["name"]][case["name"]].append(figures)
                    print(f"round {number}: {group['name']}: {case['name']}: {figures['per_cpu']:.0f} req/CPU-s",
                          flush=True)
    print(f"\nMedians of {options.rounds} rounds of {options.seconds} s, {options.connections} keep-alive connections,"
          " one wrk thread. req/CPU-s counts the\nserver's own CPU time only (wrk and Redis use theirs beside it);"
          " ratios are of req/CPU-s; compare within one run.")
    for group in groups:
        print("\n" + "\n".join(table(group["name"], rounds[group["name"]], group["baselines"])))


if __name__ == "__main__":
    main()
