// Two servers behind HAProxy, with the configuration that the README links to.
#include "catch.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include "common/error.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/proxy.h"

using grade::Answer;
using grade::Client;
using grade::Process;
using grade::Proxy;
using grade::Transport;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

constexpr int client_count = 8;
constexpr std::string_view shared_page = "<title>served by either</title>";

/// A folder with the page as its index, and as HelloWorld.html.
class SharedSite {
public:
    SharedSite()
    {
        folder_.write("index.html", shared_page);
        folder_.write("HelloWorld.html", shared_page);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

private:
    grade::ScratchFolder folder_;
};

/// What the process that is to be killed does.
enum class Victim : std::uint8_t { serves, is_dying, is_gone };

/// The results of all clients.
struct Tally {
    std::atomic<int> good = 0;
    std::atomic<int> lost = 0; // to the victim's end
    std::atomic<Victim> victim = Victim::serves;
    std::mutex mutex{};
    std::string bad_ones{}; // those that its death does not explain; guarded by it
};

/// Sends requests, each over a connection of its own, until it is stopped.
void ask_until(const std::stop_token& enough, std::uint16_t port, const std::string& request,
               Tally& tally)
{
    while (!enough.stop_requested()) {
        const Victim before = tally.victim;
        std::string got;
        bool is_good = false;
        try {
            Client client(port);
            client.send(request);
            const Answer answer = client.receive();
            is_good = answer.status == 200 && answer.body == shared_page;
            got = answer.head + answer.body;
        } catch (const net::Error& error) {
            got = error.what();
        }
        tally.good += is_good ? 1 : 0;
        if (is_good) continue;
        if (before != Victim::is_gone && tally.victim != Victim::serves) {
            ++tally.lost;
            continue;
        }
        const std::lock_guard lock(tally.mutex);
        tally.bad_ones += got + "\n";
    }
}

void wait_for(const std::atomic<int>& count, int enough)
{
    const auto deadline = net::Deadline::in(20s);
    while (count < enough && !deadline.passed())
        std::this_thread::sleep_for(1ms);
    REQUIRE(count >= enough);
}

/// Kills the process while clients send requests: none is lost but those that overlap its end,
/// during which the kernel may close its connections before the socket that takes new ones.
void check_kill_under_load(std::uint16_t port, const std::string& request, Process& victim)
{
    Tally tally;
    std::vector<std::jthread> threads;
    for (int i = 0; i < client_count; ++i)
        threads.emplace_back(
            [&](const std::stop_token& enough) { ask_until(enough, port, request, tally); });
    wait_for(tally.good, 200);
    tally.victim = Victim::is_dying;
    victim.signal(SIGKILL);
    REQUIRE(victim.wait(net::Deadline::in(20s)));
    tally.victim = Victim::is_gone;
    wait_for(tally.good, tally.good + 1000);
    threads.clear();
    CHECK(tally.bad_ones == "");
    CHECK(tally.lost <= 2 * client_count); // the response in progress, and one more
}

/// HAProxy with both pairs.
class Balancer {
public:
    Balancer(const WebServer& one, const WebServer& two, std::uint16_t proxy_one = 1,
             std::uint16_t proxy_two = 1)
        : web_port_(grade::free_port()), proxy_port_(grade::free_port()),
          process_("env" + variable("WEB_PORT", web_port_) + variable("WEB_ONE", one.port()) +
                       variable("WEB_TWO", two.port()) + variable("PROXY_PORT", proxy_port_) +
                       variable("PROXY_ONE", proxy_one) + variable("PROXY_TWO", proxy_two) +
                       " haproxy -f " +
                       (grade::source_folder() / "tests/grade/webserver/haproxy.cfg").string(),
                   {}, "/")
    {
        grade::wait_until_open(Transport::tcp, web_port_, process_);
        grade::wait_until_open(Transport::tcp, proxy_port_, process_);
    }
    [[nodiscard]] std::uint16_t web_port() const { return web_port_; }
    [[nodiscard]] std::uint16_t proxy_port() const { return proxy_port_; }
    /// "127.0.0.1:PORT" of the web servers' address.
    [[nodiscard]] std::string web() const { return "127.0.0.1:" + std::to_string(web_port_); }

private:
    static std::string variable(const std::string& name, std::uint16_t port)
    {
        return " " + name + "=" + std::to_string(port);
    }

    std::uint16_t web_port_;
    std::uint16_t proxy_port_;
    Process process_;
};

/// A tunnel through that proxy to that server.
class Tunnel {
public:
    Tunnel(std::uint16_t proxy, const std::string& server) : client_(proxy), peer_(client_.stream())
    {
        client_.send("CONNECT " + server + " HTTP/1.1\r\nHost: " + server + "\r\n\r\n");
        REQUIRE(peer_.head().starts_with("HTTP/1.1 200 "));
    }
    /// Whether the tunnel delivers the page.
    [[nodiscard]] bool is_alive()
    try {
        client_.send("GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\n\r\n");
        return peer_.head().starts_with("HTTP/1.1 200 ") &&
               peer_.bytes(shared_page.size()) == shared_page;
    } catch (const net::Error&) {
        return false;
    }

private:
    Client client_;
    grade::OriginClient peer_;
};

} // namespace

TEST_CASE(
    "Two web servers behind HAProxy: one is killed under load, and only what it was answering "
    "is lost",
    "[webserver][extra][own]")
{
    if (!grade::can_run("haproxy")) return;
    const SharedSite site;
    WebServer one(site.path());
    const WebServer two(site.path());
    const Balancer haproxy(one, two);
    check_kill_under_load(haproxy.web_port(),
                          "GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                          one.process());
}

TEST_CASE("Two proxies behind HAProxy: when one is killed under load, the other's tunnels continue",
          "[proxy][extra][own]")
{
    if (!grade::can_run("haproxy")) return;
    const SharedSite site;
    const WebServer one(site.path());
    const WebServer two(site.path());
    Proxy mortal;
    const Proxy other;
    const Balancer haproxy(one, two, mortal.port(), other.port());
    std::list<Tunnel> tunnels;
    for (int i = 0; i < 4; ++i) // the proxies take turns
        tunnels.emplace_back(haproxy.proxy_port(), haproxy.web());
    for (Tunnel& tunnel : tunnels)
        CHECK(tunnel.is_alive());
    check_kill_under_load(
        haproxy.proxy_port(),
        grade::get_request("http://" + haproxy.web() + "/HelloWorld.html", "Connection: close\r\n"),
        mortal.process());
    CHECK(std::ranges::count_if(tunnels, &Tunnel::is_alive) == 2);
}
