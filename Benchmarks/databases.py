"""Databases under measurement: private servers on free ports, with a table of users, gone afterwards."""
import contextlib
import glob
import os
import shutil
import signal
import sqlite3
import subprocess
import time

from servers import free_port

USERS = 10_000
USER, PASSWORD, DATABASE = "bench", "bench", "bench"


def as_user(name, command):
    """Database servers do not run as root."""
    return ["runuser", "-u", name, "--", *command] if os.geteuid() == 0 else command


@contextlib.contextmanager
def server(command, is_up, log_path, patience=30):
    with open(log_path, "w") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                   start_new_session=True)
    try:
        deadline = time.monotonic() + patience
        while not is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                with open(log_path) as log:
                    raise SystemExit(f"{command} did not start:\n{log.read()[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def succeeds(command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


@contextlib.contextmanager
def sqlite(directory):
    path = os.path.join(directory, "bench.sqlite3")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE users (id INTEGER PRIMARY KEY, app_id TEXT NOT NULL, open_id TEXT NOT NULL,
                created_at INTEGER NOT NULL, UNIQUE (app_id, open_id)) STRICT""")
        connection.executemany("INSERT INTO users (app_id, open_id, created_at) VALUES ('wx1', ?, 1)",
                               ((f"user-{number}",) for number in range(USERS)))
        connection.commit()
    yield {"DATABASE_URL": f"sqlite:{path}", "DATABASE": path}


@contextlib.contextmanager
def mysql(directory):
    home, port = os.path.join(directory, "mariadb"), free_port()
    os.makedirs(home)
    if os.geteuid() == 0:
        shutil.chown(home, "mysql", "mysql")
    data, socket = os.path.join(home, "data"), os.path.join(home, "s")
    subprocess.run(as_user("mysql", ["mariadb-install-db", "--no-defaults", f"--datadir={data}",
                                     "--auth-root-authentication-method=normal"]),
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    command = [shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={data}",
               f"--socket={socket}", "--bind-address=127.0.0.1", f"--port={port}", "--skip-log-bin",
               "--innodb-flush-log-at-trx-commit=2", f"--pid-file={home}/pid"]
    admin = ["mariadb", "--no-defaults", f"--socket={socket}", "--user=root"]
    with server(as_user("mysql", command), lambda: succeeds([*admin, "-e", "SELECT 1"]),
                os.path.join(directory, "mariadb.log")):
        subprocess.run(admin, check=True, text=True, input=f"""
            CREATE DATABASE {DATABASE};
            CREATE DATABASE {DATABASE}_empty;
            CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';
            GRANT ALL ON *.* TO {USER}@'127.0.0.1';
            USE {DATABASE};
            CREATE TABLE users (id BIGINT AUTO_INCREMENT PRIMARY KEY,
                app_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                open_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                created_at BIGINT NOT NULL, UNIQUE KEY users_open_id (app_id, open_id)) ENGINE = InnoDB;
            INSERT INTO users (app_id, open_id, created_at)
                SELECT 'wx1', CONCAT('user-', seq), 1 FROM seq_0_to_{USERS - 1};""")
        url = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}"
        yield {"DATABASE_URL": url, "EMPTY_DATABASE_URL": f"{url}_empty", "PORT": str(port),
               "DATABASE_USER": USER, "PASSWORD": PASSWORD, "DATABASE": DATABASE}


@contextlib.contextmanager
def postgresql(directory):
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    home, port = os.path.join(directory, "postgresql"), free_port()
    os.makedirs(home)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    data = os.path.join(home, "data")
    subprocess.run(as_user("postgres", [f"{binaries}/initdb", "--pgdata", data, "--auth-local=trust",
                                        "--auth-host=scram-sha-256", "--username=postgres", "--no-sync"]),
                   check=True, stdout=subprocess.DEVNULL)
    command = [f"{binaries}/postgres", "-D", data, "-k", home, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
               "-c", "synchronous_commit=off"]
    admin = ["psql", "--host", home, "--port", str(port), "--username", "postgres", "--quiet",
             "--set", "ON_ERROR_STOP=1"]
    with server(as_user("postgres", command), lambda: succeeds([*admin, "--command", "SELECT 1"]),
                os.path.join(directory, "postgresql.log")):
        subprocess.run([*admin, "--command", f"CREATE USER {USER} PASSWORD '{PASSWORD}'",
                        "--command", f"CREATE DATABASE {DATABASE} OWNER {USER}"], check=True)
        subprocess.run([*admin, "--dbname", DATABASE], check=True, text=True, input=f"""
            SET ROLE {USER};
            CREATE TABLE users (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, app_id TEXT COLLATE "C" NOT NULL,
                open_id TEXT COLLATE "C" NOT NULL, created_at BIGINT NOT NULL, UNIQUE (app_id, open_id));
            INSERT INTO users (app_id, open_id, created_at)
                SELECT 'wx1', 'user-' || number, 1 FROM generate_series(0, {USERS - 1}) AS number;
            ANALYZE users;""")
        yield {"DATABASE_URL": f"postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/{DATABASE}?sslmode=disable",
               "PORT": str(port), "DATABASE_USER": USER, "PASSWORD": PASSWORD, "DATABASE": DATABASE}


ALL = {"sqlite": sqlite, "mysql": mysql, "postgresql": postgresql}
