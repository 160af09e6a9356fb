"""Servers under measurement: started on a free port, asked for their memory and CPU time, stopped."""
import contextlib
import os
import re
import signal
import socket
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


def process_tree(pid):
    """The process and all that descend from it."""
    pids = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    pids += process_tree(int(child))
        except FileNotFoundError:  # a thread that has just ended
            continue
    return pids


def cpu_seconds(pid):
    total = 0
    for process in process_tree(pid):
        with open(f"/proc/{process}/stat") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        total += int(user) + int(system)
    return total / TICKS


def resident_mib(pid, field="VmRSS"):
    """Memory now; with VmHWM, the most there was."""
    total = 0
    for process in process_tree(pid):
        with open(f"/proc/{process}/status") as status:
            total += sum(int(line.split()[1]) for line in status if line.startswith(field))
    return total / 1024


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(case, values, directory, wrapper=(), patience=20):
    """Starts a case's server; yields its process, its port and the function that fills {placeholders} in."""
    port = free_port()
    values = {**values, "port": str(port)}

    def fill(text):
        return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], text)

    environment = {**os.environ, **{name: fill(value) for name, value in case.get("environment", {}).items()}}
    log_path = os.path.join(directory, "server.log")
    with open(log_path, "w") as log:
        server = subprocess.Popen([*wrapper, *case["command"]], env=environment, stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        deadline = time.monotonic() + patience
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    with open(log_path) as log:
                        raise SystemExit(f"{case['name']} did not start:\n{log.read()[-2000:]}")
                time.sleep(0.05)
        yield server, port, fill
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
