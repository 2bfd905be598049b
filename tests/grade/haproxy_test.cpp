// Beyond one machine: two of ours behind HAProxy, with the configuration that the README points to.
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

#include "common/error.h"
#include "tests/grade/ports.h"
#include "tests/grade/web.h"

using grade::Answer;
using grade::Client;
using grade::Process;
using grade::Transport;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

constexpr int clients = 8;
constexpr std::string_view page = "<title>served by either</title>";
constexpr std::string_view request =
    "GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// What the clients saw, all together.
struct Tally {
    std::atomic<int> good = 0;
    std::atomic<int> bad = 0;
};

/// Asks again and again, with a connection each, until it is told to stop.
void ask_until(const std::atomic<bool>& enough, std::uint16_t port, Tally& tally)
{
    while (!enough) {
        bool is_good = false;
        try {
            Client client(port);
            client.send(request);
            const Answer answer = client.receive();
            is_good = answer.status == 200 && answer.body == page;
        } catch (const net::Error&) {
            is_good = false;
        }
        ++(is_good ? tally.good : tally.bad);
    }
}

void wait_for(const std::atomic<int>& count, int enough)
{
    const auto deadline = net::Deadline::in(20s);
    while (count < enough && !deadline.passed())
        std::this_thread::sleep_for(1ms);
    REQUIRE(count >= enough);
}

} // namespace

TEST_CASE(
    "Two web servers behind HAProxy: one is killed under load, and only what it was answering "
    "is lost",
    "[webserver][extra][own]")
{
    if (!grade::can_run("haproxy")) return;
    const grade::ScratchFolder site;
    site.write("index.html", page);
    site.write("HelloWorld.html", page);
    const WebServer one(site.path());
    const WebServer two(site.path());
    const std::uint16_t port = grade::free_port();
    const std::string ports =
        "WEB_PORT=" + std::to_string(port) + " WEB_ONE=" + std::to_string(one.port()) +
        " WEB_TWO=" + std::to_string(two.port()) +
        " PROXY_PORT=" + std::to_string(grade::free_port()) + " PROXY_ONE=1 PROXY_TWO=1";
    const auto configuration = grade::source_folder() / "tests/grade/haproxy.cfg";
    Process haproxy("env " + ports + " haproxy -f " + configuration.string(), {}, "/");
    grade::wait_until_open(Transport::tcp, port, haproxy);

    Tally tally;
    std::atomic<bool> enough = false;
    std::vector<std::jthread> threads;
    for (int i = 0; i < clients; ++i)
        threads.emplace_back([&] { ask_until(enough, port, tally); });
    wait_for(tally.good, 200);
    one.process().signal(SIGKILL);
    wait_for(tally.good, tally.good + 1000);
    enough = true;
    threads.clear();
    CAPTURE(haproxy.out(), haproxy.err());
    CHECK(tally.bad <= clients); // each client has at most one request under way
    CHECK_FALSE(one.process().is_running());
}
