# shellcheck shell=bash
# Starting, watching and stopping servers, and finding ports for them. To be sourced.

declare -A process_ids=()  # name → pid of every process started and not yet stopped
process_order=()           # their names, in the order they were started

# start NAME LOG-FILE COMMAND...: runs the command in the background, in a process group of its own, so
# that a Ctrl-C in the terminal reaches this script only and the order of stopping is the script's. With -
# for the log file, the command's output is the script's.
start() {
    local name=$1 log=$2
    shift 2
    # Should this script be killed outright, Linux ends what it started.
    if command -v setpriv >/dev/null; then set -- setpriv --pdeathsig TERM "$@"; fi
    set -m
    # 9: the lock of Scripts/run, which must not outlive it in a child.
    if [ "$log" = - ]; then
        "$@" </dev/null 9>&- &
    else
        "$@" >"$log" 2>&1 </dev/null 9>&- &
    fi
    process_ids[$name]=$!
    set +m
    process_order+=("$name")
}

is_running() {
    [ -n "${process_ids[$1]:-}" ] && kill -0 "${process_ids[$1]}" 2>/dev/null
}

# stop NAME SECONDS: asks the process to end, and insists when it has not done so in that time.
stop() {
    local pid=${process_ids[$1]:-} tenths=$(($2 * 10))
    [ -n "$pid" ] || return 0
    if is_running "$1"; then
        echo "==> stopping $1"
        kill -TERM -- "-$pid" 2>/dev/null || true
    fi
    while kill -0 "$pid" 2>/dev/null && [ $tenths -gt 0 ]; do
        sleep 0.1
        tenths=$((tenths - 1))
    done
    if kill -0 "$pid" 2>/dev/null; then
        echo "$1 did not stop in $2 s: killing it" >&2
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    wait "$pid" 2>/dev/null || true
    unset "process_ids[$1]"
}

# stop_all SECONDS: stops what was started, last one first, each with at most that time.
stop_all() {
    local index
    for ((index = ${#process_order[@]} - 1; index >= 0; index--)); do
        stop "${process_order[index]}" "$1"
    done
    process_order=()
}

# is_port_open HOST PORT: whether something accepts connections there.
is_port_open() {
    (: <>"/dev/tcp/$1/$2") 2>/dev/null
}

# free_port: prints a port of 127.0.0.1 that nothing listens on, below those that Linux gives to clients.
free_port() {
    local port attempt
    for ((attempt = 0; attempt < 100; attempt++)); do
        port=$((20000 + RANDOM % 12000))
        if ! is_port_open 127.0.0.1 "$port"; then
            echo "$port"
            return
        fi
    done
    echo "no free port found between 20000 and 31999" >&2
    return 1
}

# wait_until SECONDS NAME COMMAND...: tries the command every tenth of a second until it succeeds; fails
# when the time is over or the process of that name has ended.
wait_until() {
    local deadline=$((SECONDS + $1)) name=$2
    shift 2
    until "$@"; do
        is_running "$name" || return 1
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

# answers_ok URL: whether a GET there is answered with 200, whatever proxy the environment names.
answers_ok() {
    [ "$(curl --noproxy '*' --silent --max-time 2 --output /dev/null --write-out '%{http_code}' "$1")" = 200 ]
}
