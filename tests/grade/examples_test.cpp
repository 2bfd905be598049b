// The EXAMPLES of every program's manual, each run as it stands there: in a network and with
// processes of its own, where the manual's hosts exist.
#include "catch.h"

#include <array>
#include <memory>
#include <sstream>

#include "tests/grade/peers/process.h"

namespace {

/// What a user does with an example, as a shell script to which the example's lines are $1, $2 and
/// so on, and what must come out.
struct Use {
    std::string script;
    std::string result;
};

/// The lines of each example in a manual.
std::vector<std::vector<std::string>> examples_in(const std::string& manual)
{
    std::vector<std::vector<std::string>> examples;
    std::istringstream lines(grade::content_of(grade::source_folder() / manual));
    bool is_in_examples = false;
    bool goes_on = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(".Sh ")) is_in_examples = line == ".Sh EXAMPLES";
        const bool is_example = is_in_examples && line.starts_with(".Dl ");
        if (is_example && !goes_on) examples.emplace_back();
        if (is_example) {
            line.erase(0, line.starts_with(".Dl $ ") ? 6 : 4);
            examples.back().push_back(line);
        }
        goes_on = is_example;
    }
    return examples;
}

/// The manual's hosts, our programs under their names, and what the scripts want to say.
std::string stage()
{
    std::string script = R"(set -e
ip link set lo up
for address in 192.0.2.1 93.184.216.34; do ip addr add $address/32 dev lo; done
mount -t tmpfs none /srv
mkdir -p /srv/site home
echo "the site's page" >/srv/site/index.html
touch -d 2020-01-01 /srv/site/index.html
printf '127.0.0.1 localhost\n93.184.216.34 example.org\n' >names
mount --bind names /etc/hosts
export HOME=$PWD/home PATH="$PWD:$PATH"
await() { until ss -Hlnt "sport = $1" | grep -q .; do sleep 0.01; done; }
await_sink() { until [ -e mail/ca.pem ] && ss -Hlnt "sport = 2525" | grep -q .; do sleep 0.01; done; }
await_udp() { until ss -Hlnu "sport = $1" | grep -q .; do sleep 0.01; done; }
example_org() { webserver 80 /srv/site >/dev/null 2>&1 & await 80; }
)";
    constexpr std::array<const char*, 8> programs = {"webserver",     "webclient",  "udppinger",
                                                     "udpechoserver", "mailclient", "mailsink",
                                                     "proxy",         "icmppinger"};
    for (const std::string program : programs) {
        std::string variable;
        for (const char letter : program)
            variable += static_cast<char>(letter - 'a' + 'A');
        script += "printf '#!/bin/sh\\nexec %s \"$@\"\\n' '" + grade::command_of(variable.c_str()) +
                  "' >" + program + "; chmod +x " + program + "\n";
    }
    return script + "ln -s '" + (grade::source_folder() / "webserver/www").string() + "' www\n";
}

void check_examples(const std::string& manual, const std::vector<Use>& uses)
{
    if (!grade::can_have_namespaces() || !grade::can_run("curl") || !grade::can_run("pkill"))
        return;
    const auto examples = examples_in(manual);
    REQUIRE(examples.size() == uses.size());
    std::vector<std::unique_ptr<grade::ScratchFolder>> folders;
    std::vector<std::unique_ptr<grade::Process>> processes; // some take ten seconds
    for (std::size_t i = 0; i < uses.size(); ++i) {
        folders.push_back(std::make_unique<grade::ScratchFolder>());
        std::vector<std::string> arguments = {stage() + uses[i].script, "sh"};
        arguments.insert(arguments.end(), examples[i].begin(), examples[i].end());
        processes.push_back(std::make_unique<grade::Process>(
            "unshare -n -m -p -f --kill-child --mount-proc sh -c", arguments, folders[i]->path()));
    }
    for (std::size_t i = 0; i < uses.size(); ++i) {
        CAPTURE(examples[i]);
        const auto outcome = processes[i]->wait(net::Deadline::in(std::chrono::seconds(40)));
        REQUIRE(outcome);
        CAPTURE(outcome->err);
        CHECK_THAT(outcome->out, Contains(uses[i].result));
        CHECK(outcome->status == 0);
    }
}

} // namespace

TEST_CASE("The examples in the web server's manual do what it says", "[webserver][own][examples]")
{
    check_examples(
        "webserver/webserver.1",
        {{"$1 & await 6789; curl -s localhost:6789", "<!DOCTYPE html>"},
         {"eval \"$1\" & await 8080; curl -s 127.0.0.1:8080; sleep 0.1; cat access.log",
          "\"GET / HTTP/1.1\" 200"},
         {"$1 2>&1 & await 6789; curl -s localhost:6789 >page; curl -s localhost:6789/-/live "
          ">live; "
          "grep title live",
          "RFC 9112"},
         {"webserver --log access.log 6789 & await 6789; curl -s localhost:6789 >page; sleep 0.1; "
          "eval \"$1\"; until [ -e access.log ]; do sleep 0.01; done; cat access.log.1",
          "\"GET / HTTP/1.1\" 200"},
         {"example_org; webserver 6789 & await 6789; $1", "the site's page"}});
}

TEST_CASE("The examples in the web client's manual do what it says", "[webclient][own][examples]")
{
    check_examples("webserver/webclient.1",
                   {{"webserver 6789 >log & await 6789; $1", "HTTP/1.1 200 OK"},
                    {"webserver 6789 >log & await 6789; $1; cat page.html", "<!DOCTYPE html>"}});
}

TEST_CASE("The examples in the UDP pinger's manual do what it says", "[udppinger][own][examples]")
{
    const std::string server = "udpechoserver --loss 0 & await_udp 12000; ";
    check_examples(
        "udppinger/udppinger.1",
        {{server + "$1", "10 packets transmitted, 10 received, 0% packet loss"},
         {server + "$1", "100 packets transmitted, 100 received, 0% packet loss"},
         {server + "$1", "1000 packets transmitted"},
         {server + "jq() { tr ',' '\\n' | grep \"${1#.}\"; }; eval \"$1\"", "\"loss_percent\":0"}});
}

TEST_CASE("The examples in the UDP echo server's manual do what it says",
          "[udpechoserver][own][examples]")
{
    const std::string ping = " & await_udp 12000; udppinger -i 0.01 -W 0.5 ";
    check_examples("udppinger/udpechoserver.1",
                   {{"$1" + ping + "-c 50 || true", "50 packets transmitted"},
                    {"$1" + ping + "-c 50 || true", " ms later"},
                    {"$1" + ping + "-c 50", "0% packet loss"}});
}

TEST_CASE("The examples in the mail client's manual do what it says", "[mailclient][own][examples]")
{
    check_examples(
        "mailclient/mailclient.1",
        {{"mailsink >log & await_sink; eval \"$1\"; cat mail/*.eml", "\nIt works."},
         {"echo picture >photo.jpg; echo Dear friend, >letter.txt; eval \"$1 -n\"",
          "filename=\"photo.jpg\""},
         {"export HOME=$PWD; eval \"$1\"; command=$(git config sendemail.sendmailCmd); "
          "printf 'Subject: patch\\n\\ntext\\n' | eval \"mailclient ${command#*/mailclient} -n -f "
          "ada@example.org bob@example.org\"",
          "Subject: patch"},
         {"$1", "To: bob@example.org"}});
}

TEST_CASE("The examples in the mail sink's manual do what it says", "[mailsink][own][examples]")
{
    check_examples(
        "mailclient/mailsink.1",
        {{"eval \"$1\" & await_sink; eval \"$2\"; cat mail/*.eml", "\nhello"},
         {"$1 >log & await 2525; for to in bob carol dora; do mailclient --tls off "
          "--server localhost:2525 -f a@example.org -m x $to@example.org || echo $to $?; "
          "done",
          "bob 75\ncarol 67\n"}});
}

TEST_CASE("The examples in the proxy's manual do what it says", "[proxy][own][examples]")
{
    // A person types the next line when the proxy has said that it is there.
    const std::string lines = "example_org; eval \"$1\" 2>/dev/null; await 8888; eval \"$2\"; ";
    check_examples(
        "proxy/proxy.1",
        {{lines + "eval \"$3\"", "Cache-Status: proxy; hit"},
         {lines + "curl -s http://localhost:8888/ | grep -o '<title>.*</title>'", "<title>"},
         {"example_org; eval \"$1\" & await 8888; curl -s --interface 192.0.2.1 -x "
          "http://192.0.2.1:8888 http://example.org/",
          "the site's page"}});
}

TEST_CASE("The examples in the ICMP pinger's manual do what it says", "[icmppinger][own][examples]")
{
    check_examples(
        "icmppinger/icmppinger.1",
        {{"(until grep -qs icmp_seq=2 said; do sleep 0.01; done; pkill -INT -x icmppinger) & "
          "$1 >said; cat said",
          "0% packet loss"},
         {"$1 2>&1", "| Sequence Number 1 "},
         {"printf 'localhost\\n192.0.2.1\\n' >hosts; eval \"$1\"", "192.0.2.1"},
         {"$1; $2", "192.0.2.1"},
         {"$1", "1000 packets transmitted, 1000 received, 0% packet loss"}});
}
