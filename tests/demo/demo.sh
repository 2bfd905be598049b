#!/bin/sh
# `make demo`: runs the five programs against each other on this machine and explains each step. It needs no root, no
# internet and no account; it ends everything that it starts, also on Ctrl-C. DEMO_PAUSE=2 waits 2 seconds before a part.
set -eu
cd "$(dirname "$0")/../.."
work_dir=$(mktemp -d)
servers=

end() {
    trap - EXIT INT TERM
    # shellcheck disable=SC2086 # a list of numbers
    [ -z "$servers" ] || kill $servers 2>/dev/null || true
    wait
    rm -rf "$work_dir"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

part() {
    sleep "${DEMO_PAUSE:-0}"
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}
note() { printf '  %s\n' "$*"; }
show_output() { sed "s/^/  $dim|$plain /"; }                       # prints the output of a program
command_line() { printf '  %s$ %s%s\n' "$dim" "$*" "$plain"; } # prints a command
show_run() { # PROGRAM ARGUMENTS...: runs it and shows its output, and its exit status if that is not 0
    command_line "$@"
    status=0
    program=$1
    shift
    "$(find_program "$program")" "$@" >"$work_dir/output" 2>&1 || status=$?
    show_output <"$work_dir/output"
    [ "$status" -eq 0 ] || note "($program exits with status $status)"
}
find_program() {
    case $1 in
    webclient) echo webserver/webclient ;;
    udpechoserver) echo udppinger/udpechoserver ;;
    mailsink) echo mailclient/mailsink ;;
    *) echo "$1/$1" ;;
    esac
}
start_server() { # NAME ARGUMENTS...: starts a server on a port that the kernel chooses; sets $port from its first line
    name=$1
    command_line "$@" '&'
    shift
    : >"$work_dir/$name.out" >"$work_dir/$name.err"
    "$(find_program "$name")" "$@" >"$work_dir/$name.out" 2>"$work_dir/$name.err" &
    servers="$servers $!"
    tries=0
    until port=$(sed -n 's/.*[]:a-z0-9]:\([0-9][0-9]*\)[^0-9].*/\1/p;' "$work_dir/$name.out" "$work_dir/$name.err" |
        head -n 1) && [ -n "$port" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ] || ! kill -0 $! 2>/dev/null; then
            echo "demo: $name did not start: $(cat "$work_dir/$name.err")" >&2
            exit 1
        fi
        sleep 0.05
    done
    cat "$work_dir/$name.out" "$work_dir/$name.err" | head -n 1 | show_output
}

part '1. A web server serves its site'
start_server webserver 0 webserver/www --bind 127.0.0.1
site=127.0.0.1:$port
note 'A client asks for a page and shows the head of the answer.'
show_run webclient -I "http://$site/HelloWorld.html"
note 'A client asks for a page that does not exist:'
show_run webclient -I "http://$site/no-such-page"
note 'The log of the server has a line for each request:'
show_output <"$work_dir/webserver.out"

part '2. A proxy caches the answers of the server'
start_server proxy 0 --cache-dir none
proxy=127.0.0.1:$port
note 'The proxy fetches the first answer from the web server (a miss) and the second from its cache (a hit):'
fields='^HTTP|^Age|^Cache-Status'
for time in first second; do
    command_line "webclient -x $proxy http://$site/style.css | grep -E '$fields'   # the $time time"
    webserver/webclient -x "$proxy" "http://$site/style.css" | grep -aE "$fields" | show_output
done

part '3. Ten pings over UDP to a server that drops some'
start_server udpechoserver 0 --bind 127.0.0.1 --loss 30 --seed 4
note 'The server drops datagrams at random; the seed repeats the choice.'
show_run udppinger -i 0.1 -W 0.3 127.0.0.1 "$port"

part '4. A mail with a picture'
start_server mailsink 0 --folder "$work_dir/mail"
show_run mailclient --server "127.0.0.1:$port" --tls off -v -f ada@example.org -s Picture -m Look! \
    -a webserver/www/favicon.svg bob@example.org
note 'The mail sink stores the mail in a file:'
head -n 24 "$work_dir"/mail/*.eml | show_output

part '5. ICMP: an echo, and an error from a router'
show_run icmppinger -c 3 -i 0.2 127.0.0.1
note 'Each packet drawn with its header fields, as in RFC 792:'
show_run icmppinger -c 1 --explain 127.0.0.1
note 'In a temporary network with a router, a packet whose time to live ends at the router:'
command_line icmppinger -c 1 -t 1 198.51.100.7
sh tests/demo/router.sh icmppinger/icmppinger -c 1 -t 1 198.51.100.7 2>&1 | show_output

part 'The end. The servers stop; the last lines of the proxy:'
tail -n 2 "$work_dir/proxy.out" | show_output
