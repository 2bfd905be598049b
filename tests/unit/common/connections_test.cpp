#include "common/connections.h"

#include "catch.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <iostream>
#include <sstream>

#include "tests/unit/loopback.h"

using net::Connections;
using net::Deadline;
using net::TcpStream;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Reads until the client closes or reading is shut down.
bool wait_for_request(TcpStream& stream)
{
    read_all(stream);
    return false;
}

bool say_hello(TcpStream& stream)
{
    stream.write("hello", soon());
    return false;
}

/// Longer than the socket buffers of a client that does not read.
const std::string long_answer(std::size_t{32} << 20, 'x');

std::ptrdiff_t count_threads()
{
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

template <typename Action> Clock::duration time_of(Action action)
{
    const auto begin = Clock::now();
    action();
    return Clock::now() - begin;
}

} // namespace

TEST_CASE("Every connection is served on its own and then closed", "[common][connections]")
{
    Connections connections(10, 10s);
    auto slow = connected();
    REQUIRE(connections.start(slow.server, wait_for_request)); // does not delay the next one
    auto quick = connected();
    REQUIRE(connections.start(quick.server, say_hello));
    CHECK(read_all(quick.client) == "hello"); // up to the end of stream
}

TEST_CASE("A connection beyond the limit is refused and left unchanged", "[common][connections]")
{
    Connections connections(2, 10s);
    auto first = connected();
    auto second = connected();
    auto third = connected();
    REQUIRE(connections.start(first.server, wait_for_request));
    REQUIRE(connections.start(second.server, wait_for_request));
    REQUIRE_FALSE(connections.start(third.server, wait_for_request));
    third.server.write("too many", soon());
    third.server.shutdown_writing();
    CHECK(read_all(third.client) == "too many");

    first.client.shutdown_writing(); // one closes, so there is room for one
    CHECK(eventually([&] { return connections.start(third.server, wait_for_request); }));
    auto fourth = connected();
    CHECK_FALSE(connections.start(fourth.server, wait_for_request));

    Connections none(0, 10s);
    CHECK_FALSE(none.start(fourth.server, wait_for_request));
}

TEST_CASE("A connection that waits for a request ends at once at shutdown", "[common][connections]")
{
    std::vector<Loopback> idle;
    std::optional<Connections> connections(std::in_place, 10, 10s);
    for (int i = 0; i < 5; ++i) {
        idle.push_back(connected());
        REQUIRE(connections->start(idle.back().server, wait_for_request));
    }
    CHECK(time_of([&] { connections.reset(); }) < 5s); // half the grace period
    for (Loopback& pair : idle)
        CHECK(read_all(pair.client).empty());
}

TEST_CASE("A connection that sends an answer finishes it at shutdown", "[common][connections]")
{
    auto [client, server] = connected();
    std::future<std::size_t> rest;
    std::string next_request = "none has been read";
    {
        Connections connections(1, 10s);
        REQUIRE(connections.start(server, [&next_request](TcpStream& stream) {
            stream.write(long_answer, soon());
            next_request = read_all(stream);
            return false;
        }));
        std::array<char, 1> first{};
        REQUIRE(client.read(first, soon()) == 1);
        rest =
            std::async(std::launch::async, [&stream = client] { return read_all(stream).size(); });
    }
    CHECK(1 + rest.get() == long_answer.size());
    CHECK(next_request.empty()); // no further request is read
}

TEST_CASE("A connection that does not end is cut off after the grace period",
          "[common][connections]")
{
    auto [client, server] = connected();
    std::optional<Connections> connections(std::in_place, 1, 100ms);
    std::string error;
    REQUIRE(connections->start(server, [&error](TcpStream& stream) {
        try {
            stream.write(long_answer, Deadline::never()); // to a client that does not read
        } catch (const net::Error& ended) {
            error = net::reason(ended.cause());
        }
        return false;
    }));
    const auto time = time_of([&] { connections.reset(); });
    CHECK(time >= 100ms);
    CHECK(time < 2s);
    CHECK(error == "Broken pipe");
}

TEST_CASE("An exception ends its connection only, and one other than a network error is reported",
          "[common][connections]")
{
    const std::ostringstream output;
    auto* const before = std::cerr.rdbuf(output.rdbuf());
    auto with_error = connected();
    auto with_bug = connected();
    auto healthy = connected();
    {
        Connections connections(3, 10s);
        CHECK(connections.start(with_error.server,
                                [](TcpStream&) -> bool { throw net::Timeout("read"); }));
        CHECK(connections.start(with_bug.server,
                                [](TcpStream&) -> bool { throw std::runtime_error("a bug"); }));
        CHECK(read_all(with_error.client).empty());
        CHECK(read_all(with_bug.client).empty());
        CHECK(connections.start(healthy.server, say_hello));
        CHECK(read_all(healthy.client) == "hello");
    }
    std::cerr.rdbuf(before);
    CHECK(output.str() == "connection: a bug\n");
}

TEST_CASE("A connection that stays open is handed over open", "[common][connections]")
{
    auto [client, server] = connected();
    std::promise<TcpStream> promise;
    Connections connections(1, 10s);
    REQUIRE(connections.start(
        server, [](TcpStream&) { return true; },
        [&promise](TcpStream stream) { promise.set_value(std::move(stream)); }));
    TcpStream kept = promise.get_future().get();
    CHECK(connections.count() == 0);
    kept.write("still here", soon());
    kept.shutdown_writing();
    CHECK(read_all(client) == "still here");
}

TEST_CASE("Many short connections leave no thread behind", "[common][connections]")
{
    const auto threads_before = count_threads();
    std::atomic<int> served = 0;
    {
        Connections connections(8, 10s);
        for (int i = 0; i < 300; ++i) {
            auto [client, server] = connected();
            REQUIRE(eventually([&, &stream = server] {
                return connections.start(stream, [&served](TcpStream&) { return ++served == 0; });
            }));
        }
        CHECK(count_threads() <= threads_before + 8 + 8); // running ones and those being joined
    }
    CHECK(served == 300);
    CHECK(eventually([&] { return count_threads() <= threads_before; }));
}

TEST_CASE("Served connections are counted, those handed over are not", "[common][connections]")
{
    Connections connections(10, 10s);
    CHECK(connections.count() == 0);
    std::vector<Loopback> pairs;
    std::atomic<std::size_t> kept = 0;
    for (std::size_t i = 1; i <= 5; ++i) {
        pairs.push_back(connected());
        REQUIRE(connections.start(
            pairs.back().server,
            [](TcpStream& stream) {
                read_all(stream);
                return true;
            },
            [&](TcpStream) { kept += 1 + connections.count(); })); // count() works there, too
        CHECK(connections.count() == i);
    }
    for (std::size_t left = 5; left-- > 0;) {
        pairs[left].client.shutdown_writing();
        CHECK(eventually([&] { return connections.count() == left; }));
    }
    CHECK(eventually([&] { return kept == 5 + 4 + 3 + 2 + 1; }));
}

TEST_CASE("Only a connection for which serve returns true is handed over", "[common][connections]")
{
    std::atomic<int> kept = 0;
    auto ends = connected();
    auto breaks = connected();
    {
        Connections connections(3, 10s);
        const auto keep = [&kept](TcpStream) { ++kept; };
        REQUIRE(connections.start(ends.server, say_hello, keep));
        REQUIRE(connections.start(
            breaks.server, [](TcpStream&) -> bool { throw net::Timeout("read"); }, keep));
        CHECK(read_all(ends.client) == "hello");
        CHECK(read_all(breaks.client).empty());
    }
    CHECK(kept == 0);
}

TEST_CASE("A refused connection can still be used by the caller", "[common][connections]")
{
    auto [client, server] = connected();
    Connections none(0, 10s);
    std::atomic<int> kept = 0;
    REQUIRE_FALSE(none.start(
        server, [](TcpStream&) { return true; }, [&kept](TcpStream) { ++kept; }));
    CHECK(kept == 0);
    CHECK(none.count() == 0);
    server.write("mine", soon());
    server.shutdown_writing();
    CHECK(read_all(client) == "mine");
}

TEST_CASE("Connections that return again and again leave no thread and no descriptor",
          "[common][connections]")
{
    const auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    const auto threads_before = count_threads();
    const auto descriptors_before = descriptors();
    {
        auto [client, server] = connected();
        Connections connections(1, 10s);
        TcpStream stream = std::move(server);
        for (int i = 0; i < 100; ++i) {
            std::promise<TcpStream> back;
            const auto serve = [](TcpStream& each) {
                each.write("x", soon());
                return true;
            };
            const auto keep = [&back](TcpStream each) { back.set_value(std::move(each)); };
            REQUIRE(eventually([&] { return connections.start(stream, serve, keep); }));
            stream = back.get_future().get();
        }
        stream.shutdown_writing();
        CHECK(read_all(client) == std::string(100, 'x'));
    }
    CHECK(eventually([&] { return count_threads() <= threads_before; }));
    CHECK(descriptors() == descriptors_before);
}

TEST_CASE("The connection whose client has taken nothing for longest is cut off first",
          "[common][connections]")
{
    Connections connections(3, 10s);
    CHECK_FALSE(connections.cut_off_longest_stalled(0ms));
    auto stalled = connected();
    auto idle = connected();
    std::promise<void> ended;
    REQUIRE(connections.start(idle.server, wait_for_request));
    REQUIRE(connections.start(stalled.server, [&ended](TcpStream& stream) {
        try {
            stream.write(std::string(50'000'000, 'x'), Deadline::in(20s));
        } catch (const net::Error&) {
            ended.set_value();
        }
        return false;
    }));
    CHECK_FALSE(connections.cut_off_longest_stalled(1min));
    CHECK(eventually([&] { return connections.cut_off_longest_stalled(200ms); }));
    CHECK(ended.get_future().wait_for(10s) == std::future_status::ready);
    CHECK(connections.count() >= 1); // the other one waits on
    CHECK_FALSE(connections.cut_off_longest_stalled(200ms));
}
