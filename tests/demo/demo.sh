#!/bin/sh
# `make demo`: the five programs at work against each other on this machine, told line by line. No root, no internet, no
# account; whatever it starts ends with it, also on Ctrl-C. DEMO_PAUSE=2 waits so many seconds between the scenes.
set -eu
cd "$(dirname "$0")/../.."
stage=$(mktemp -d)
actors=

end() {
    trap - EXIT INT TERM
    # shellcheck disable=SC2086 # a list of numbers
    [ -z "$actors" ] || kill $actors 2>/dev/null || true
    wait
    rm -rf "$stage"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m')
else
    bold='' dim='' plain=''
fi

scene() {
    sleep "${DEMO_PAUSE:-0}"
    printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}
say() { printf '  %s\n' "$*"; }
shown() { sed "s/^/  $dim|$plain /"; }                       # what a program prints
command_line() { printf '  %s$ %s%s\n' "$dim" "$*" "$plain"; } # what was typed
play() { # runs it and shows what it prints; its exit status is told when it is not 0
    command_line "$@"
    status=0
    program=$1
    shift
    "$(find_program "$program")" "$@" >"$stage/played" 2>&1 || status=$?
    shown <"$stage/played"
    [ "$status" -eq 0 ] || say "($program ends with exit status $status)"
}
find_program() {
    case $1 in
    webclient) echo webserver/webclient ;;
    udpechoserver) echo udppinger/udpechoserver ;;
    mailsink) echo mailclient/mailsink ;;
    *) echo "$1/$1" ;;
    esac
}
enter() { # NAME ARGUMENTS...: starts a server on a port that the kernel chooses; its first line tells which: $port
    name=$1
    command_line "$@" '&'
    shift
    : >"$stage/$name.out" >"$stage/$name.err"
    "$(find_program "$name")" "$@" >"$stage/$name.out" 2>"$stage/$name.err" &
    actors="$actors $!"
    tries=0
    until port=$(sed -n 's/.*[]:a-z0-9]:\([0-9][0-9]*\)[^0-9].*/\1/p;' "$stage/$name.out" "$stage/$name.err" |
        head -n 1) && [ -n "$port" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 100 ] || ! kill -0 $! 2>/dev/null; then
            echo "demo: $name did not start: $(cat "$stage/$name.err")" >&2
            exit 1
        fi
        sleep 0.05
    done
    cat "$stage/$name.out" "$stage/$name.err" | head -n 1 | shown
}

scene '1. A web server serves its site'
enter webserver 0 webserver/www --bind 127.0.0.1
site=127.0.0.1:$port
say 'A client asks for a page: head and body come back as they crossed the wire.'
play webclient -I "http://$site/HelloWorld.html"
say 'And for one that is missing:'
play webclient -I "http://$site/no-such-page"
say 'What the server has to say of both:'
shown <"$stage/webserver.out"

scene '2. A proxy stands between, and remembers'
enter proxy 0 --cache-dir none
proxy=127.0.0.1:$port
say 'The first time it must ask the web server (a miss), the second time it need not (a hit):'
told='^HTTP|^Age|^Cache-Status'
for time in first second; do
    command_line "webclient -x $proxy http://$site/style.css | grep -E '$told'   # the $time time"
    webserver/webclient -x "$proxy" "http://$site/style.css" | grep -aE "$told" | shown
done

scene '3. Ten pings over UDP, to a server that loses some'
enter udpechoserver 0 --bind 127.0.0.1 --loss 30 --seed 4
say 'Chance decides which are lost; the seed makes it decide the same way again.'
play udppinger -i 0.1 -W 0.3 127.0.0.1 "$port"

scene '4. A letter with a picture'
enter mailsink 0 --folder "$stage/mail"
play mailclient --server "127.0.0.1:$port" --tls off -v -f ada@example.org -s Picture -m Look! \
    -a webserver/www/favicon.svg bob@example.org
say 'The mail sink has kept it:'
head -n 24 "$stage"/mail/*.eml | shown

scene '5. ICMP: an echo, and an error that says who had enough'
play icmppinger -c 3 -i 0.2 127.0.0.1
say 'Each packet is a header with its fields, as RFC 792 draws it:'
play icmppinger -c 1 --explain 127.0.0.1
say 'Behind a router (a network of our own, which vanishes afterwards), with a time to live that ends there:'
command_line icmppinger -c 1 -t 1 198.51.100.7
sh tests/demo/router.sh icmppinger/icmppinger -c 1 -t 1 198.51.100.7 2>&1 | shown

scene 'That was all five. The servers end now; what they printed last:'
tail -n 2 "$stage/proxy.out" | shown
