// Which clients may use the proxy, what they may reach, and what happens when there are too many.
#include "catch.h"

#include <poll.h>

#include <csignal>
#include <memory>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"

using grade::Client;
using grade::ok;
using grade::OriginClient;
using grade::Outcome;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

namespace {

bool can_test()
{
    return grade::can_have_namespaces() && grade::can_run("curl");
}

/// In its own network namespace, with more addresses on loopback, an origin on port 80 and the
/// proxy on port 8888: the statuses that curl gets for each line "CLIENT URL [OPTIONS]".
std::string statuses(const std::vector<std::string>& lines, const std::string& proxy_options = "")
{
    const grade::ScratchFolder folder;
    folder.write("index.html", "page");
    std::string script =
        "set -e; ip link set lo up; for a in 192.168.7.1 203.0.113.1; do ip addr add $a/32 dev lo; "
        "done; " +
        grade::command_of("WEBSERVER") + " 80 . >/dev/null 2>web.err & " +
        grade::command_of("PROXY") + " 8888 --bind '*' --log none " + proxy_options +
        " 2>proxy.err & until grep -q open web.err && grep -q proxy proxy.err; do sleep 0.01; done "
        "2>/dev/null; "
        "ask() { curl -s -o /dev/null -w '%{http_code}/%{http_connect} ' --max-time 10 --noproxy "
        "'' "
        "--interface \"$1\" -x \"http://$1:8888\" $3 \"$2\" || true; }; ";
    for (const std::string& line : lines)
        script += "ask " + line + "; ";
    const Outcome outcome =
        grade::run("unshare", {"-n", "sh", "-c", script + "kill %1 %2; wait"}, folder.path());
    return outcome.out;
}

/// Connects to a local port from this loopback address.
net::TcpStream connect_from(const std::string& address, std::uint16_t port)
{
    const auto from = net::resolve(address, 0, SOCK_STREAM).front();
    const auto to = net::resolve("127.0.0.1", port, SOCK_STREAM).front();
    net::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(socket.get(), from.data(), from.size()) == 0);
    REQUIRE(::connect(socket.get(), to.data(), to.size()) == 0);
    return {std::move(socket), to};
}

} // namespace

TEST_CASE("Clients on other machines cannot reach this machine's services, in any spelling",
          "[proxy][robust][own]")
{
    if (!can_test()) return;
    CHECK(statuses({"127.0.0.1 http://127.0.0.1/", "127.0.0.1 http://localhost/",
                    "192.168.7.1 http://192.168.7.1/", "192.168.7.1 http://203.0.113.1/"}) ==
          "200/000 200/000 200/000 200/000 ");
    CHECK(statuses({"192.168.7.1 http://127.0.0.1/", "192.168.7.1 http://127.1.2.3/",
                    "192.168.7.1 http://localhost/", "192.168.7.1 http://0.0.0.0/",
                    "192.168.7.1 'http://[::1]/' -g", "192.168.7.1 'http://[::]/' -g",
                    "192.168.7.1 'http://[::ffff:127.0.0.1]/' -g", "192.168.7.1 http://2130706433/",
                    "192.168.7.1 http://169.254.169.254/"}) ==
          "403/000 403/000 403/000 403/000 403/000 403/000 403/000 403/000 403/000 ");
}

TEST_CASE("Clients on other machines open tunnels only to TLS ports and --connect-port ports",
          "[proxy][robust][own]")
{
    if (!can_test()) return;
    CHECK(statuses({"192.168.7.1 http://192.168.7.1/ -p", "127.0.0.1 http://192.168.7.1/ -p"}) ==
          "000/403 200/200 ");
    CHECK(statuses({"192.168.7.1 http://192.168.7.1/ -p", "192.168.7.1 http://127.0.0.1/ -p"},
                   "--connect-port 80") == "200/200 000/403 ");
}

TEST_CASE("Clients on other machines send no plain requests to ports that browsers block",
          "[proxy][robust][own]")
{
    if (!can_test()) return;
    CHECK(statuses({"192.168.7.1 http://192.168.7.1:25/", "192.168.7.1 http://192.168.7.1:6667/",
                    "192.168.7.1 http://192.168.7.1:8081/", "127.0.0.1 http://127.0.0.1:25/"}) ==
          "403/000 403/000 502/000 502/000 ");
}

TEST_CASE("--allow admits clients with public addresses, and then no others",
          "[proxy][robust][own]")
{
    if (!can_test()) return;
    CHECK(statuses({"203.0.113.1 http://203.0.113.1/", "192.168.7.1 http://203.0.113.1/"}) ==
          "403/000 200/000 ");
    CHECK(statuses({"203.0.113.1 http://203.0.113.1/", "192.168.7.1 http://203.0.113.1/"},
                   "--allow 203.0.113.0/24") == "200/000 403/000 ");
}

TEST_CASE("When all clients are busy, one more gets 503 at once and the others continue",
          "[proxy][robust][own]")
{
    std::atomic<int> asked = 0;
    std::atomic<bool> may_answer = false;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        for (const auto end = net::Deadline::in(20s); !may_answer && !end.passed();)
            std::this_thread::sleep_for(1ms);
        client.send(ok("late"));
    });
    const Proxy proxy({"--max-clients=2"});
    Client one(proxy.port());
    Client two(proxy.port());
    one.send(grade::get_request(origin.url("/1")));
    two.send(grade::get_request(origin.url("/2")));
    for (const auto end = net::Deadline::in(20s); asked < 2 && !end.passed();)
        std::this_thread::sleep_for(1ms);
    for (int i = 0; i < 5; ++i) {
        Client three(proxy.port());
        const auto answer = three.receive();
        CHECK(answer.status == 503);
        CHECK_FALSE(answer.field("Retry-After").empty());
    }
    may_answer = true;
    for (Client* client : {&one, &two})
        CHECK(client->receive().body == "late");
}

TEST_CASE("At the client limit, the longest idle client is evicted", "[proxy][robust][own]")
{
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy({"--max-clients=3"});
    std::list<Client> clients;
    for (int i = 0; i < 10; ++i) {
        std::string body;
        const auto end = net::Deadline::in(20s); // earlier clients may be slow to become idle
        for (; body != "x" && !end.passed(); body = clients.back().receive().body)
            clients.emplace_back(proxy.port()).send(grade::get_request(origin.url("/")));
        CHECK(body == "x");
    }
    CHECK(clients.front().is_closed());
    clients.back().send(grade::get_request(origin.url("/")));
    CHECK(clients.back().receive().body == "x");
}

TEST_CASE("At the client limit, a half-closed client is evicted, even with a silent origin",
          "[proxy][robust][own]")
{
    std::atomic<int> asked = 0;
    const ScriptedOrigin silent([&](OriginClient& client) {
        client.head();
        ++asked;
        client.is_closed();
    });
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy({"--max-clients=2"});
    for (int i = 1; i <= 6; ++i) {
        Client client(proxy.port());
        client.send(grade::get_request(silent.url("/" + std::to_string(i))));
        for (const auto end = net::Deadline::in(20s); asked < i && !end.passed();)
            std::this_thread::sleep_for(1ms);
        REQUIRE(asked == i);
    } // the client disconnects here
    CHECK(proxy.get(origin.url("/")).body == "x");
}

TEST_CASE("At the client limit, the longest idle tunnel is evicted", "[proxy][robust][own]")
{
    const ScriptedOrigin echo([](OriginClient& client) {
        for (;;)
            client.send(client.bytes(1));
    });
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy({"--max-clients=3"});
    std::list<Client> tunnels;
    for (int i = 0; i < 3; ++i) {
        tunnels.emplace_back(proxy.port())
            .send("CONNECT " + echo.authority() + " HTTP/1.1\r\nHost: a\r\n\r\n");
        OriginClient peer(tunnels.back().stream());
        CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    }
    tunnels.front().send("a"); // it was opened first, but is used last
    CHECK(tunnels.front().receive_body(1) == "a");
    CHECK(proxy.get(origin.url("/")).body == "x");
    CHECK(std::next(tunnels.begin())->is_closed());
    for (Client* open : {&tunnels.front(), &tunnels.back()}) {
        open->send("b");
        CHECK(open->receive_body(1) == "b");
    }
}

TEST_CASE("One address cannot keep all places from the others", "[proxy][robust][own]")
{
    std::atomic<int> asked = 0;
    const ScriptedOrigin silent([&](OriginClient& client) {
        client.head();
        ++asked;
        client.is_closed();
    });
    const Proxy proxy({"--max-clients=4"});
    std::list<net::TcpStream> clients;
    const auto ask = [&](const std::string& address) { // a request that is not answered
        const int before = asked;
        clients.push_back(connect_from(address, proxy.port()));
        clients.back().write(grade::get_request(silent.url("/" + std::to_string(before))),
                             net::Deadline::in(5s));
        pollfd answer{clients.back().descriptor(), POLLIN, 0};
        while (asked == before && ::poll(&answer, 1, 1) == 0) {
        }
        return asked > before;
    };
    for (int i = 0; i < 4; ++i)
        CHECK(ask("127.0.0.1"));   // all places while no other address needs one
    CHECK_FALSE(ask("127.0.0.1")); // 503
    CHECK(ask("127.0.0.2"));
    CHECK(ask("127.0.0.2"));
    CHECK_FALSE(ask("127.0.0.2")); // half of the places
    CHECK_FALSE(ask("127.0.0.1"));
    CHECK_FALSE(ask("127.0.0.3")); // none has more than half
}

TEST_CASE("Two hundred clients are served at the same time", "[proxy][robust]")
{
    std::atomic<int> asked = 0;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        for (const auto end = net::Deadline::in(40s); asked < 200 && !end.passed();)
            std::this_thread::sleep_for(5ms); // no response before all requests have arrived
        client.send(ok("x"));
    });
    struct Over {
        std::atomic<int>& asked;
        ~Over() { asked = 200; } // a failed test must not wait
    } const over{asked};
    const Proxy proxy;
    std::list<Client> clients;
    for (int i = 0; i < 200; ++i)
        clients.emplace_back(proxy.port())
            .send(grade::get_request(origin.url("/" + std::to_string(i))));
    for (Client& client : clients)
        REQUIRE(client.receive().body == "x");
}

TEST_CASE("Five hundred silent connections do not keep a client out", "[proxy][robust]")
{
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy;
    std::vector<std::unique_ptr<Client>> silent;
    for (int i = 0; i < 500; ++i)
        silent.push_back(std::make_unique<Client>(proxy.port()));
    CHECK(proxy.get(origin.url("/")).body == "x");
}

TEST_CASE("Five hundred incomplete requests do not keep a client out", "[proxy][robust]")
{
    const ScriptedOrigin origin(grade::answering(ok("x")));
    const Proxy proxy;
    std::vector<std::unique_ptr<Client>> halves;
    const auto ask_half = [&] {
        halves.push_back(std::make_unique<Client>(proxy.port()));
        try {
            halves.back()->send("GET " + origin.url("/") + " HTTP/1.1\r\nHost: a\r\nX-Half: ");
        } catch (const net::Error&) { // it has already been evicted
        }
    };
    ask_half();
    REQUIRE(proxy.get(origin.url("/")).body == "x");
    REQUIRE_FALSE(halves.front()->has_bytes()); // half a request has no response
    while (halves.size() < 500)
        ask_half();
    CHECK(proxy.get(origin.url("/")).body == "x");
}

TEST_CASE("A required login is enforced", "[proxy][extra][own]")
{
    const grade::ScratchFolder folder;
    const auto password = folder.write("password", "open sesame\n").string();
    std::atomic<bool> is_forwarded = false; // the login for the proxy must not be
    const ScriptedOrigin origin([&](OriginClient& client) {
        for (std::string asked = client.head(); !asked.empty(); asked = client.head()) {
            if (asked.find("Proxy-Authorization") != std::string::npos) is_forwarded = true;
            client.send(ok("x"));
        }
    });
    const Proxy proxy({"--auth", "ali:" + password});
    const std::string right = "Proxy-Authorization: Basic YWxpOm9wZW4gc2VzYW1l\r\n";

    Client client(proxy.port());
    client.send(grade::get_request(origin.url("/")));
    const auto refused = client.receive();
    CHECK(refused.status == 407);
    CHECK(refused.field("Proxy-Authenticate").starts_with("Basic realm="));
    client.send(grade::get_request(origin.url("/"), right)); // on the same connection
    CHECK(client.receive().body == "x");
    for (const std::string wrong :
         {"Basic YWxpOm9wZW4gc2VzYW1m", "Basic", "Basic ", "Bearer YWxpOm9wZW4gc2VzYW1l",
          "Basic YWxpOm9wZW4gc2VzYW1lIQ=="})
        CHECK(proxy.get(origin.url("/"), "Proxy-Authorization: " + wrong + "\r\n").status == 407);
    const std::string tunnel = "CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: a\r\n";
    CHECK(proxy.ask(tunnel + "\r\n").starts_with("HTTP/1.1 407 "));
    Client tunnelled(proxy.port());
    tunnelled.send(tunnel + right + "\r\n");
    CHECK(OriginClient(tunnelled.stream()).head().starts_with("HTTP/1.1 200 "));
    CHECK_FALSE(is_forwarded);
}
