// Delivery to MX hosts, in a network namespace with its own name server.
#include "catch.h"

#include "tests/grade/peers/mail.h"

namespace {

/// A name server that answers by its tables: MX records, addresses, error codes.
constexpr const char* name_server = R"(
import socket, struct, sys
MX = {'two.example': [(20, 'mx.two.example'), (10, 'dead.two.example')], 'null.example': [(0, '')],
      'gone.example': [(10, 'no.host.example')],
      'busy.example': [(10, 'mx.busy.example'), (20, 'mx.two.example')],
      'both.example': [(10, 'mx.busy.example'), (20, 'dead.two.example')],
      'no.example': [(10, 'mx.no.example'), (20, 'mx.two.example')],
      'half.example': [(10, 'mx.later.example'), (20, 'mx.two.example')],
      'late.example': [(10, 'mx.later.example'), (20, 'dead.two.example')],
      'split.example': [(10, 'mx.full.example'), (20, 'mx.two.example')],
      'many.example': [(n, f'dead{n}.many.example') for n in range(9)],
      'wide.example': [(10, 'mx.wide.example')],
      'last.example': [(10, 'mx.later.example'), (20, 'mx.no.example')],
      'closed.example': [(10, 'mx.closed.example'), (20, 'mx.two.example')]}
A = {'mx.two.example': '127.0.0.2', 'dead.two.example': '127.0.0.9', 'bare.example': '127.0.0.2',
     'mx.busy.example': '127.0.0.3', 'mx.no.example': '127.0.0.4', 'mx.closed.example': '127.0.0.5',
     'mx.wide.example': ' '.join(f'127.0.1.{n}' for n in range(1, 10)),
     **{f'dead{n}.many.example': '127.0.0.9' for n in range(9)},
     'mx.later.example': '127.0.0.6', 'mx.full.example': '127.0.0.7'}
ERRORS = {'fail.example': 2}
def name(text):
    return b''.join(bytes([len(part)]) + part.encode() for part in text.split('.') if part) + b'\0'
def record(kind, data):
    return b'\xc0\x0c' + struct.pack('>HHIH', kind, 1, 0, len(data)) + data
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(('127.0.0.1', 53))
open('ready', 'w').close()
while True:
    query, client = server.recvfrom(4096)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += 1 + query[at]
    kind, = struct.unpack('>H', query[at + 1:at + 3])
    asked = '.'.join(labels)
    records = []
    if kind == 15:
        records = [record(15, struct.pack('>H', p) + name(host)) for p, host in MX.get(asked, [])]
    if kind == 1 and asked in A:
        records = [record(1, socket.inet_aton(each)) for each in A[asked].split()]
    error = ERRORS.get(asked, 0 if asked in A or asked in MX else 3)
    server.sendto(query[:2] + struct.pack('>HHHHH', 0x8180 | error, 1, len(records), 0, 0) +
                  query[12:at + 5] + b''.join(records), client)
)";

bool is_impossible()
{
    return !grade::can_have_namespaces() || !grade::can_run("python3");
}

/// Sinks on port 25: 127.0.0.2 accepts all messages, each of the others has another fault.
std::string start_sinks()
{
    const std::string sink = grade::command_of("MAILSINK") + " 25 -b 127.0.0.";
    return sink + "2 2>sink.err >sink.out & " + sink +
           "3 -d busy --defer mail 2>busy.err >busy.out & " + sink +
           "4 -d no --reject mail 2>no.err >no.out & " + sink +
           "5 -d closed --reject connect 2>closed.err >closed.out & " + sink +
           "6 -d later --defer bob@half.example --defer bob@late.example --defer bob@last.example "
           "2>later.err >later.out & " +
           sink + "7 -d full --reject eve@split.example --defer data 2>full.err >full.out & ";
}

/// Sends to `recipient` by --mx, with this name server and these sinks.
grade::Outcome send_by_mx(const std::string& recipient, const std::string& more = "")
{
    const grade::ScratchFolder folder;
    folder.write("dns.py", name_server);
    folder.write("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
    return grade::run(
        "unshare -n -m sh -c",
        {"set -e; ip link set lo up; mount --bind resolv.conf /etc/resolv.conf; "
         "python3 dns.py & " +
         start_sinks() +
         "for each in sink busy no closed later full; do until grep -q listening $each.err && "
         "[ -e ready ]; do sleep 0.05; done; done; " +
         "set +e; " + grade::command_of("MAILCLIENT") + " --mx -f ada@x.example -m Hi -v " + more +
         " '" + recipient + "'; status=$?; kill $(jobs -p); exit $status"},
        folder.path());
}

} // namespace

TEST_CASE("--mx finds the MX hosts of the recipients in the DNS", "[mailclient][extra][own]")
{
    if (is_impossible()) return;
    struct Row {
        std::string recipient;
        int status;
        std::string words;
    };
    const auto row = GENERATE(values<Row>({
        {"bob@two.example", 0, "connecting to mx.two.example (127.0.0.2:25)"}, // the next host
        {"bob@two.example", 0, "connect to dead.two.example:25"},              // after this failure
        {"bob@bare.example", 0, "connecting to bare.example"},                 // the implicit MX
        {"bob@[127.0.0.2]", 0, "connecting to 127.0.0.2"},
        {"bob@null.example", 67, "accepts no mail"},
        {"bob@none.example", 68, "no such domain"},
        {"bob@gone.example", 68, "look up no.host.example"},
        {"bob@fail.example", 75, "name servers give an error or no answer"},
        {"bob@busy.example", 0, "451 4.7.1 Sender refused for now"}, // then the next host
        {"bob@busy.example", 0, "sent to bob@busy.example"},
        {"bob@both.example", 75,
         "connect to dead.two.example:25"},                 // temporary, as the first host is
        {"bob@no.example", 69, "550 5.7.1 Sender refused"}, // permanent
        {"bob@closed.example", 0, "sent to bob@closed.example"},
        {"bob@half.example, eve@half.example", 0, "sent to bob@half.example"}, // by the next host
        {"bob@late.example, eve@late.example", 75, "mailclient: send to bob@late.example: 45"},
        {"bob@last.example, eve@last.example", 69, "mailclient: send to bob@last.example: 45"},
        {"bob@last.example, eve@last.example", 69, "MAIL FROM:<ada@x.example>"}, // the next host
        {"bob@split.example, eve@split.example", 67, "mailclient: send to eve@split.example: 550"},
        {"bob@split.example, eve@split.example", 67,
         "sent to bob@split.example: 250"}, // by two hosts
        {"bob@bare.example, eve@none.example", 68, "sent to bob@bare.example"},
    }));
    const auto outcome = send_by_mx(row.recipient);
    CAPTURE(row.recipient, outcome.err);
    CHECK(outcome.status == row.status);
    CHECK_THAT(outcome.err + outcome.out, Contains(row.words));
}

TEST_CASE("--mx tries at most 5 hosts of a domain, and 5 addresses of each", "[mailclient][own]")
{
    if (is_impossible()) return;
    for (const std::string recipient : {"bob@many.example", "bob@wide.example"}) {
        const std::string said = send_by_mx(recipient).err;
        std::size_t attempts = 0;
        for (auto at = said.find("* connecting to "); at != std::string::npos;
             at = said.find("* connecting to ", at + 1))
            ++attempts;
        CAPTURE(said);
        CHECK(attempts == 5);
    }
}

TEST_CASE("--mx uses TLS with any certificate, and notes what it proves",
          "[mailclient][extra][own]")
{
    if (is_impossible()) return;
    const auto outcome = send_by_mx("bob@bare.example");
    CHECK(outcome.status == 0);
    if (outcome.err.find("STARTTLS") != std::string::npos)
        CHECK_THAT(outcome.err, Contains("the server is not verified") &&
                                    Contains("the certificate is self-signed") &&
                                    !Contains("retrying without TLS"));
    CHECK(send_by_mx("bob@bare.example", "--tls require").status == 69);
}
