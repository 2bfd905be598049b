#include "webserver/idle_connections.h"

#include "catch.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <iostream>
#include <latch>
#include <sstream>

#include "tests/unit/loopback.h"

using net::TcpStream;
using webserver::IdleConnections;
using Needs = webserver::Conversation::Needs;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Sends the input back, and waits until the client closes the connection.
Needs echo(IdleConnections& /*idle*/, IdleConnections::Connection& connection)
{
    std::array<char, 1000> buffer{};
    for (;;) {
        const auto count = connection.stream.read_now(buffer);
        if (!count) return Needs::input;
        if (*count == 0) return Needs::close;
        connection.stream.write_now({buffer.data(), *count});
    }
}

std::string read_some(TcpStream& stream)
{
    std::array<char, 1000> buffer{};
    return {buffer.data(), stream.read(buffer, soon())};
}

/// The reply to `text`.
std::string echo_of(TcpStream& client, std::string_view text)
{
    client.write(text, soon());
    std::string back;
    while (back.size() < text.size()) {
        const std::string piece = read_some(client);
        if (piece.empty()) break;
        back += piece;
    }
    return back;
}

TcpStream connection_of(IdleConnections& idle)
{
    auto [client, server] = connected();
    idle.add(std::move(server));
    return std::move(client);
}

std::ptrdiff_t count_of(const char* folder)
{
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

} // namespace

TEST_CASE("The receiver is called each time a connection has input",
          "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    auto one = connection_of(idle);
    auto other = connection_of(idle);
    CHECK(idle.count() == 2);
    for (const char* text : {"first", "second", "third"}) {
        CHECK(echo_of(one, text) == text);
        CHECK(echo_of(other, text) == text);
    }
    CHECK(idle.count() == 2);
}

TEST_CASE("Input that arrived before the connection was added is received",
          "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    auto [client, server] = connected();
    client.write("early", soon());
    client.shutdown_writing();
    idle.add(std::move(server));
    CHECK(read_all(client) == "early");
    CHECK(eventually([&idle] { return idle.count() == 0; }));
}

TEST_CASE("Input left unread causes another call", "[webserver][idle_connections]")
{
    std::atomic<int> calls = 0;
    IdleConnections idle(10s, [&calls](IdleConnections&, IdleConnections::Connection& connection) {
        std::array<char, 1> byte{};
        const auto count = connection.stream.read_now(byte);
        if (count && *count > 0) {
            ++calls;
            connection.stream.write_now({byte.data(), 1});
        }
        return !count || *count > 0 ? Needs::input : Needs::close;
    });
    auto client = connection_of(idle);
    CHECK(echo_of(client, "hello") == "hello");
    CHECK(calls == 5);
}

TEST_CASE("The receiver is not called for silent connections", "[webserver][idle_connections]")
{
    std::atomic<int> calls = 0;
    {
        IdleConnections idle(
            10s, [&calls](IdleConnections& where, IdleConnections::Connection& connection) {
                ++calls;
                return echo(where, connection);
            });
        const auto silent = connection_of(idle);
        auto speaker = connection_of(idle);
        for (int i = 1; i <= 3; ++i) {
            CHECK(echo_of(speaker, "x") == "x");
            CHECK(calls <= i); // one call may receive two messages
        }
    }
}

TEST_CASE("A connection closed or reset by the client is removed", "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    {
        const auto leaves = connection_of(idle);
        const auto resets = connection_of(idle);
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        REQUIRE(::setsockopt(resets.descriptor(), SOL_SOCKET, SO_LINGER, &at_once,
                             sizeof at_once) == 0);
        CHECK(idle.count() == 2);
    }
    CHECK(eventually([&idle] { return idle.count() == 0; }));
    auto next = connection_of(idle);
    CHECK(echo_of(next, "next") == "next");
}

TEST_CASE("A silent connection times out, an active one does not", "[webserver][idle_connections]")
{
    IdleConnections idle(200ms, echo);
    const auto begin = Clock::now();
    auto silent = connection_of(idle);
    auto speaker = connection_of(idle);
    auto leaves = std::async(std::launch::async, [&silent, begin] {
        const std::string rest = read_all(silent);
        return rest.empty() ? Clock::now() - begin : Clock::duration::zero();
    });
    while (leaves.wait_for(20ms) != std::future_status::ready)
        REQUIRE(echo_of(speaker, "I am here") == "I am here");
    const auto timeout = leaves.get();
    CHECK(timeout >= 200ms);
    CHECK(timeout < 2s);
    CHECK(echo_of(speaker, "still") == "still");
    CHECK(eventually([&idle] { return idle.count() <= 1; }));
    CHECK(read_all(speaker).empty()); // it has timed out, too
}

TEST_CASE("A connection added after a long sleep has its full time-out",
          "[webserver][idle_connections]")
{
    IdleConnections idle(100ms, echo);
    std::this_thread::sleep_for(150ms); // longer than the time-out, which this case is about
    const auto begin = Clock::now();
    auto client = connection_of(idle);
    CHECK(read_all(client).empty());
    CHECK(Clock::now() - begin >= 100ms);
    CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("Connections can be added from any thread while others are received",
          "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    constexpr int threads = 4;
    constexpr int connections = 25;
    std::atomic<int> echoes = 0;
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i < threads; ++i)
            crowd.emplace_back([&idle, &echoes] {
                std::vector<TcpStream> mine;
                net::TcpListener listener(0, "127.0.0.1");
                for (int j = 0; j < connections; ++j) {
                    mine.push_back(
                        TcpStream::connect("127.0.0.1", listener.local().port(), soon()));
                    idle.add(std::move(*listener.accept()));
                }
                for (TcpStream& client : mine)
                    if (echo_of(client, "from a thread") == "from a thread") ++echoes;
            });
    }
    CHECK(echoes == threads * connections);
    CHECK(eventually([&idle] { return idle.count() == 0; }));
}

TEST_CASE("Many connections share one thread, and all descriptors are closed at the end",
          "[webserver][idle_connections]")
{
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const rlimit before = limit;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const std::size_t many = limit.rlim_max > 2500 ? 1000 : limit.rlim_max / 4;

    const auto descriptors = count_of("/proc/self/fd");
    const auto threads = count_of("/proc/self/task");
    {
        IdleConnections idle(10s, echo);
        std::vector<TcpStream> clients;
        for (std::size_t i = 0; i < many; ++i)
            clients.push_back(connection_of(idle));
        CHECK(idle.count() == many);
        CHECK(count_of("/proc/self/task") <= threads + 1);
        for (TcpStream& client : clients) // all at once
            client.write("hello", soon());
        for (TcpStream& client : clients)
            REQUIRE(read_some(client) == "hello");
        clients.erase(clients.begin(), clients.end() - static_cast<std::ptrdiff_t>(many / 2));
        CHECK(eventually([&] { return idle.count() == many / 2; }));
    }
    CHECK(count_of("/proc/self/fd") == descriptors);
    CHECK(eventually([&] { return count_of("/proc/self/task") == threads; }));
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("A connection can be released and added again", "[webserver][idle_connections]")
{
    std::promise<TcpStream> taken;
    IdleConnections idle(10s,
                         [&taken](IdleConnections& where, IdleConnections::Connection& connection) {
                             std::array<char, 1000> buffer{};
                             if (connection.stream.read_now(buffer).value_or(0) == 0)
                                 return Needs::close;
                             taken.set_value(where.release(connection));
                             return Needs::close;
                         });
    auto client = connection_of(idle);
    client.write("take me out", soon());
    TcpStream outside = taken.get_future().get();
    CHECK(eventually([&idle] { return idle.count() == 0; }));
    CHECK(outside.peer().port() == net::local_address(client.descriptor()).port());
    client.write("outside", soon()); // it is not in the set
    CHECK(read_some(outside) == "outside");
    outside.write("answer", soon());
    CHECK(read_some(client) == "answer");

    taken = {};
    idle.add(std::move(outside));
    CHECK(idle.count() == 1);
    client.write("again", soon());
    outside = taken.get_future().get();
    outside.shutdown_writing();
    CHECK(read_all(client).empty());
}

TEST_CASE("The connection that has been idle for longest is evicted first",
          "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    CHECK_FALSE(idle.evict_longest_idle());
    auto first = connection_of(idle);
    auto second = connection_of(idle);
    auto third = connection_of(idle);
    CHECK(echo_of(first, "x") == "x"); // now the second one has been idle for longest
    CHECK(echo_of(third, "x") == "x");
    for (TcpStream* next : {&second, &first, &third}) {
        const auto left = idle.count() - 1;
        CHECK(idle.evict_longest_idle());
        CHECK(read_all(*next).empty());
        CHECK(eventually([&] { return idle.count() == left; }));
    }
    CHECK_FALSE(idle.evict_longest_idle());
}

TEST_CASE("Two evictions in a row evict two connections", "[webserver][idle_connections]")
{
    // The set's thread is busy meanwhile, so that it cannot close the first connection.
    std::latch busy(1);
    std::latch may_go_on(1);
    std::atomic<int> heard = 0;
    IdleConnections idle(10s, [&](IdleConnections& where, IdleConnections::Connection& connection) {
        ++heard;
        std::array<char, 1> byte{};
        if (connection.stream.read_now(byte).value_or(0) == 1 && byte[0] == 'b') {
            busy.count_down();
            may_go_on.wait();
            return Needs::input;
        }
        return echo(where, connection);
    });
    auto first = connection_of(idle);
    auto second = connection_of(idle);
    auto third = connection_of(idle);
    third.write("b", soon());
    busy.wait();
    first.write("too late", soon());
    CHECK(idle.evict_longest_idle());
    CHECK(idle.evict_longest_idle());
    may_go_on.count_down();
    CHECK(eventually([&idle] { return idle.count() <= 1; }));
    CHECK(idle.count() == 1);
    idle.close();
    CHECK(read_all(third).empty());
    CHECK(heard == 2); // the third connection, before and at close()
}

TEST_CASE("Closing receives pending input once more, then closes all connections",
          "[webserver][idle_connections]")
{
    std::latch busy(1);
    std::latch may_go_on(1);
    IdleConnections idle(10s, [&](IdleConnections& where, IdleConnections::Connection& connection) {
        std::array<char, 1> byte{};
        const auto count = connection.stream.read_now(byte);
        if (!count) return Needs::input;
        if (*count == 0) return Needs::close;
        if (byte[0] == 'b') {
            busy.count_down();
            may_go_on.wait();
        }
        connection.stream.write_now({byte.data(), 1});
        return echo(where, connection);
    });
    auto silent = connection_of(idle);
    auto speaker = connection_of(idle);
    auto blocker = connection_of(idle);
    blocker.write("b", soon());
    busy.wait(); // the set's thread is busy
    speaker.write("last words", soon());
    auto closed = std::async(std::launch::async, [&idle] { idle.close(); });
    may_go_on.count_down();
    closed.get();
    CHECK(idle.count() == 0);
    CHECK(read_all(speaker) == "last words");
    CHECK(read_all(blocker) == "b");
    CHECK(read_all(silent).empty());
}

TEST_CASE("Closing receives pending input of more connections than one epoll_wait returns",
          "[webserver][idle_connections]")
{
    std::latch busy(1);
    std::latch may_go_on(1);
    IdleConnections idle(10s, [&](IdleConnections& where, IdleConnections::Connection& connection) {
        const auto state = echo(where, connection);
        if (busy.try_wait()) return state;
        busy.count_down();
        may_go_on.wait();
        return state;
    });
    auto silent = connection_of(idle);
    std::vector<TcpStream> speakers;
    for (int i = 0; i < 200; ++i)
        speakers.push_back(connection_of(idle));
    auto blocker = connection_of(idle);
    blocker.write("b", soon());
    busy.wait();
    auto closed = std::async(std::launch::async, [&idle] { idle.close(); });
    std::this_thread::sleep_for(50ms); // so that close() is called before all input arrives
    for (TcpStream& speaker : speakers)
        speaker.write("last words", soon());
    may_go_on.count_down();
    closed.get();
    for (TcpStream& speaker : speakers)
        CHECK(read_all(speaker) == "last words");
    CHECK(read_all(silent).empty());
}

TEST_CASE("After close() no connection is added, and close() can be called again",
          "[webserver][idle_connections]")
{
    IdleConnections idle(10s, echo);
    auto before = connection_of(idle);
    idle.close();
    CHECK(read_all(before).empty());
    auto late = connection_of(idle);
    CHECK(idle.count() == 0);
    CHECK(read_all(late).empty());
    CHECK_FALSE(idle.evict_longest_idle());
    idle.close();
}

TEST_CASE("The set can be closed while other threads add connections",
          "[webserver][idle_connections]")
{
    for (int i = 0; i < 20; ++i) {
        IdleConnections idle(10s, echo);
        std::latch started(2);
        std::vector<TcpStream> clients;
        {
            const std::jthread door([&] {
                started.arrive_and_wait();
                for (int j = 0; j < 5; ++j)
                    clients.push_back(connection_of(idle));
            });
            started.arrive_and_wait();
            idle.close();
        }
        CHECK(idle.count() == 0);
        for (TcpStream& client : clients)
            CHECK(read_all(client).empty());
    }
}

TEST_CASE(
    "An exception closes only its own connection, and is reported unless it is a network error",
    "[webserver][idle_connections]")
{
    const std::ostringstream told;
    auto* const before = std::cerr.rdbuf(told.rdbuf());
    {
        IdleConnections idle(10s,
                             [](IdleConnections& where, IdleConnections::Connection& connection) {
                                 std::array<char, 1> byte{};
                                 if (connection.stream.read_now(byte).value_or(0) == 0)
                                     return Needs::close;
                                 if (byte[0] == 'n')
                                     throw net::Error("read: Connection reset by peer");
                                 if (byte[0] == 'b') throw std::runtime_error("a bug");
                                 if (byte[0] == 'd') {
                                     const TcpStream taken = where.release(connection);
                                     throw net::Error("no thread for it");
                                 }
                                 connection.stream.write_now({byte.data(), 1});
                                 return Needs::input;
                             });
        auto network = connection_of(idle);
        auto bug = connection_of(idle);
        auto dismissed = connection_of(idle);
        auto healthy = connection_of(idle);
        network.write("n", soon());
        bug.write("b", soon());
        dismissed.write("d", soon());
        CHECK(read_all(network).empty());
        CHECK(read_all(bug).empty());
        CHECK(read_all(dismissed).empty());
        CHECK(echo_of(healthy, "h") == "h");
        CHECK(eventually([&idle] { return idle.count() == 1; }));
    }
    std::cerr.rdbuf(before);
    CHECK(told.str() == "connection: a bug\n");
}

TEST_CASE("A set without connections uses no processor time", "[webserver][idle_connections]")
{
    const auto used = [] {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    };
    IdleConnections idle(20ms, echo);
    IdleConnections patient(24h * 365, echo); // longer than epoll_wait's longest time-out
    const auto connection = connection_of(patient);
    const auto before = used();
    std::this_thread::sleep_for(200ms); // this case is about that time
    CHECK(used() - before < 100ms);
    CHECK(patient.count() == 1);
}
