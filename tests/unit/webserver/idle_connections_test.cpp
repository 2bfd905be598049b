#include "webserver/idle_connections.h"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <iostream>
#include <latch>
#include <sstream>

#include "tests/unit/loopback.h"

using net::Deadline;
using net::TcpStream;
using webserver::WaitingRoom;
using Next = webserver::WaitingRoom::Next;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// Sends back what has come, and waits on until the guest leaves.
Next echo(WaitingRoom& /*room*/, WaitingRoom::Guest& guest)
{
    std::array<char, 1000> buffer{};
    for (;;) {
        const auto count = guest.stream.read_now(buffer);
        if (!count) return Next::wait;
        if (*count == 0) return Next::gone;
        guest.stream.write_now({buffer.data(), *count});
    }
}

std::string read_some(TcpStream& stream)
{
    std::array<char, 1000> buffer{};
    return {buffer.data(), stream.read(buffer, soon())};
}

/// What comes back for it.
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

TcpStream guest_of(WaitingRoom& room)
{
    auto [client, server] = connected();
    room.admit(std::move(server));
    return std::move(client);
}

/// Until `condition`, or a time in which it would have come true.
template <typename Condition> bool eventually(Condition condition)
{
    const Deadline deadline = soon();
    while (!deadline.passed()) {
        if (condition()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

std::ptrdiff_t count_of(const char* folder)
{
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

} // namespace

TEST_CASE("Who has something to say is received, again and again", "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    auto one = guest_of(room);
    auto other = guest_of(room);
    CHECK(room.count() == 2);
    for (const char* text : {"first", "second", "third"}) {
        CHECK(echo_of(one, text) == text);
        CHECK(echo_of(other, text) == text);
    }
    CHECK(room.count() == 2);
}

TEST_CASE("What a guest sent before it was admitted is received", "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    auto [client, server] = connected();
    client.write("early", soon());
    client.shutdown_writing();
    room.admit(std::move(server));
    CHECK(read_all(client) == "early");
    CHECK(eventually([&room] { return room.count() == 0; }));
}

TEST_CASE("What receive leaves unread calls it again", "[webserver][waiting_room]")
{
    std::atomic<int> calls = 0;
    WaitingRoom room(10s, [&calls](WaitingRoom&, WaitingRoom::Guest& guest) {
        std::array<char, 1> byte{};
        const auto count = guest.stream.read_now(byte);
        if (count && *count > 0) {
            ++calls;
            guest.stream.write_now({byte.data(), 1});
        }
        return !count || *count > 0 ? Next::wait : Next::gone;
    });
    auto client = guest_of(room);
    CHECK(echo_of(client, "hello") == "hello");
    CHECK(calls == 5);
}

TEST_CASE("Receive is called for nobody who is silent", "[webserver][waiting_room]")
{
    std::atomic<int> calls = 0;
    {
        WaitingRoom room(10s, [&calls](WaitingRoom& where, WaitingRoom::Guest& guest) {
            ++calls;
            return echo(where, guest);
        });
        const auto silent = guest_of(room);
        auto speaker = guest_of(room);
        for (int i = 1; i <= 3; ++i) {
            CHECK(echo_of(speaker, "x") == "x");
            CHECK(calls <= i); // one call may serve two
        }
    }
}

TEST_CASE("Who leaves is forgotten, politely or by a reset", "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    {
        const auto leaves = guest_of(room);
        const auto resets = guest_of(room);
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        REQUIRE(::setsockopt(resets.descriptor(), SOL_SOCKET, SO_LINGER, &at_once,
                             sizeof at_once) == 0);
        CHECK(room.count() == 2);
    }
    CHECK(eventually([&room] { return room.count() == 0; }));
    auto next = guest_of(room);
    CHECK(echo_of(next, "next") == "next");
}

TEST_CASE("Who says nothing for too long is sent away, who speaks stays",
          "[webserver][waiting_room]")
{
    WaitingRoom room(200ms, echo);
    const auto begin = Clock::now();
    auto silent = guest_of(room);
    auto speaker = guest_of(room);
    auto leaves = std::async(std::launch::async, [&silent, begin] {
        const std::string rest = read_all(silent);
        return rest.empty() ? Clock::now() - begin : Clock::duration::zero();
    });
    while (leaves.wait_for(20ms) != std::future_status::ready)
        REQUIRE(echo_of(speaker, "I am here") == "I am here");
    const auto patience = leaves.get();
    CHECK(patience >= 200ms);
    CHECK(patience < 2s);
    CHECK(echo_of(speaker, "still") == "still");
    CHECK(eventually([&room] { return room.count() <= 1; }));
    CHECK(read_all(speaker).empty()); // its own time is up, too
}

TEST_CASE("An empty room that has slept long gives a new guest all its time",
          "[webserver][waiting_room]")
{
    WaitingRoom room(100ms, echo);
    std::this_thread::sleep_for(150ms); // longer than the patience: the case is about that time
    const auto begin = Clock::now();
    auto client = guest_of(room);
    CHECK(read_all(client).empty());
    CHECK(Clock::now() - begin >= 100ms);
    CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("Guests come from any thread, while others are received", "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    constexpr int threads = 4;
    constexpr int guests = 25;
    std::atomic<int> echoes = 0;
    {
        std::vector<std::jthread> crowd;
        for (int i = 0; i < threads; ++i)
            crowd.emplace_back([&room, &echoes] {
                std::vector<TcpStream> mine;
                net::TcpListener listener(0, "127.0.0.1");
                for (int j = 0; j < guests; ++j) {
                    mine.push_back(
                        TcpStream::connect("127.0.0.1", listener.local().port(), soon()));
                    room.admit(std::move(*listener.accept()));
                }
                for (TcpStream& client : mine)
                    if (echo_of(client, "from a thread") == "from a thread") ++echoes;
            });
    }
    CHECK(echoes == threads * guests);
    CHECK(eventually([&room] { return room.count() == 0; }));
}

TEST_CASE("Many guests wait without a thread each, and leave nothing behind",
          "[webserver][waiting_room]")
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
        WaitingRoom room(10s, echo);
        std::vector<TcpStream> clients;
        for (std::size_t i = 0; i < many; ++i)
            clients.push_back(guest_of(room));
        CHECK(room.count() == many);
        CHECK(count_of("/proc/self/task") <= threads + 1);
        for (TcpStream& client : clients) // all at once
            client.write("hello", soon());
        for (TcpStream& client : clients)
            REQUIRE(read_some(client) == "hello");
        clients.erase(clients.begin(), clients.end() - static_cast<std::ptrdiff_t>(many / 2));
        CHECK(eventually([&] { return room.count() == many / 2; }));
    }
    CHECK(count_of("/proc/self/fd") == descriptors);
    CHECK(eventually([&] { return count_of("/proc/self/task") == threads; }));
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("A guest can be taken out and brought back", "[webserver][waiting_room]")
{
    std::promise<TcpStream> taken;
    WaitingRoom room(10s, [&taken](WaitingRoom& where, WaitingRoom::Guest& guest) {
        std::array<char, 1000> buffer{};
        if (guest.stream.read_now(buffer).value_or(0) == 0) return Next::gone;
        taken.set_value(where.dismiss(guest));
        return Next::gone;
    });
    auto client = guest_of(room);
    client.write("take me out", soon());
    TcpStream outside = taken.get_future().get();
    CHECK(eventually([&room] { return room.count() == 0; }));
    CHECK(outside.peer().port() == net::local_address(client.descriptor()).port());
    client.write("outside", soon()); // the room does not hear it
    CHECK(read_some(outside) == "outside");
    outside.write("answer", soon());
    CHECK(read_some(client) == "answer");

    taken = {};
    room.admit(std::move(outside));
    CHECK(room.count() == 1);
    client.write("again", soon());
    outside = taken.get_future().get();
    outside.shutdown_writing();
    CHECK(read_all(client).empty());
}

TEST_CASE("The one that has said nothing for longest is sent away first",
          "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    CHECK_FALSE(room.shed_longest());
    auto first = guest_of(room);
    auto second = guest_of(room);
    auto third = guest_of(room);
    CHECK(echo_of(first, "x") == "x"); // now the second has been silent for longest
    CHECK(echo_of(third, "x") == "x");
    for (TcpStream* next : {&second, &first, &third}) {
        const auto left = room.count() - 1;
        CHECK(room.shed_longest());
        CHECK(read_all(*next).empty());
        CHECK(eventually([&] { return room.count() == left; }));
    }
    CHECK_FALSE(room.shed_longest());
}

TEST_CASE("Two that are to be sent away in a row are two", "[webserver][waiting_room]")
{
    // The room's thread is busy meanwhile, so that it cannot see the first one off.
    std::latch busy(1);
    std::latch may_go_on(1);
    std::atomic<int> heard = 0;
    WaitingRoom room(10s, [&](WaitingRoom& where, WaitingRoom::Guest& guest) {
        ++heard;
        std::array<char, 1> byte{};
        if (guest.stream.read_now(byte).value_or(0) == 1 && byte[0] == 'b') {
            busy.count_down();
            may_go_on.wait();
            return Next::wait;
        }
        return echo(where, guest);
    });
    auto first = guest_of(room);
    auto second = guest_of(room);
    auto third = guest_of(room);
    third.write("b", soon());
    busy.wait();
    first.write("too late", soon());
    CHECK(room.shed_longest());
    CHECK(room.shed_longest());
    may_go_on.count_down();
    CHECK(eventually([&room] { return room.count() <= 1; }));
    CHECK(room.count() == 1);
    room.close();
    CHECK(read_all(third).empty());
    CHECK(heard == 2); // the third, before and at the close
}

TEST_CASE("Closing receives once more whoever has something to say, then sends all away",
          "[webserver][waiting_room]")
{
    std::latch busy(1);
    std::latch may_go_on(1);
    WaitingRoom room(10s, [&](WaitingRoom& where, WaitingRoom::Guest& guest) {
        std::array<char, 1> byte{};
        const auto count = guest.stream.read_now(byte);
        if (!count) return Next::wait;
        if (*count == 0) return Next::gone;
        if (byte[0] == 'b') {
            busy.count_down();
            may_go_on.wait();
        }
        guest.stream.write_now({byte.data(), 1});
        return echo(where, guest);
    });
    auto silent = guest_of(room);
    auto speaker = guest_of(room);
    auto blocker = guest_of(room);
    blocker.write("b", soon());
    busy.wait(); // the room's thread is held up
    speaker.write("last words", soon());
    auto closed = std::async(std::launch::async, [&room] { room.close(); });
    may_go_on.count_down();
    closed.get();
    CHECK(room.count() == 0);
    CHECK(read_all(speaker) == "last words");
    CHECK(read_all(blocker) == "b");
    CHECK(read_all(silent).empty());
}

TEST_CASE("Closing receives all, be they more than are received in a row",
          "[webserver][waiting_room]")
{
    std::latch busy(1);
    std::latch may_go_on(1);
    WaitingRoom room(10s, [&](WaitingRoom& where, WaitingRoom::Guest& guest) {
        const auto state = echo(where, guest);
        if (busy.try_wait()) return state;
        busy.count_down();
        may_go_on.wait();
        return state;
    });
    auto silent = guest_of(room);
    std::vector<TcpStream> speakers;
    for (int i = 0; i < 200; ++i)
        speakers.push_back(guest_of(room));
    auto blocker = guest_of(room);
    blocker.write("b", soon());
    busy.wait();
    auto closed = std::async(std::launch::async, [&room] { room.close(); });
    std::this_thread::sleep_for(50ms); // so that the close is told before all they say
    for (TcpStream& speaker : speakers)
        speaker.write("last words", soon());
    may_go_on.count_down();
    closed.get();
    for (TcpStream& speaker : speakers)
        CHECK(read_all(speaker) == "last words");
    CHECK(read_all(silent).empty());
}

TEST_CASE("After its end a room takes nobody in, and may be closed again",
          "[webserver][waiting_room]")
{
    WaitingRoom room(10s, echo);
    auto before = guest_of(room);
    room.close();
    CHECK(read_all(before).empty());
    auto late = guest_of(room);
    CHECK(room.count() == 0);
    CHECK(read_all(late).empty());
    CHECK_FALSE(room.shed_longest());
    room.close();
}

TEST_CASE("A room may be closed while guests still come in from other threads",
          "[webserver][waiting_room]")
{
    for (int i = 0; i < 20; ++i) {
        WaitingRoom room(10s, echo);
        std::latch started(2);
        std::vector<TcpStream> clients;
        {
            const std::jthread door([&] {
                started.arrive_and_wait();
                for (int j = 0; j < 5; ++j)
                    clients.push_back(guest_of(room));
            });
            started.arrive_and_wait();
            room.close();
        }
        CHECK(room.count() == 0);
        for (TcpStream& client : clients)
            CHECK(read_all(client).empty());
    }
}

TEST_CASE("An exception of receive ends that guest alone, and what is no network's is told",
          "[webserver][waiting_room]")
{
    const std::ostringstream told;
    auto* const before = std::cerr.rdbuf(told.rdbuf());
    {
        WaitingRoom room(10s, [](WaitingRoom& where, WaitingRoom::Guest& guest) {
            std::array<char, 1> byte{};
            if (guest.stream.read_now(byte).value_or(0) == 0) return Next::gone;
            if (byte[0] == 'n') throw net::Error("read: Connection reset by peer");
            if (byte[0] == 'b') throw std::runtime_error("a bug");
            if (byte[0] == 'd') {
                const TcpStream taken = where.dismiss(guest);
                throw net::Error("no thread for it");
            }
            guest.stream.write_now({byte.data(), 1});
            return Next::wait;
        });
        auto network = guest_of(room);
        auto bug = guest_of(room);
        auto dismissed = guest_of(room);
        auto healthy = guest_of(room);
        network.write("n", soon());
        bug.write("b", soon());
        dismissed.write("d", soon());
        CHECK(read_all(network).empty());
        CHECK(read_all(bug).empty());
        CHECK(read_all(dismissed).empty());
        CHECK(echo_of(healthy, "h") == "h");
        CHECK(eventually([&room] { return room.count() == 1; }));
    }
    std::cerr.rdbuf(before);
    CHECK(told.str() == "connection: a bug\n");
}

TEST_CASE("A room without guests sleeps", "[webserver][waiting_room]")
{
    const auto used = [] {
        rusage usage{};
        ::getrusage(RUSAGE_SELF, &usage);
        return std::chrono::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               std::chrono::microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    };
    WaitingRoom room(20ms, echo);
    WaitingRoom patient(24h * 365, echo); // longer than epoll_wait can be told
    const auto guest = guest_of(patient);
    const auto before = used();
    std::this_thread::sleep_for(200ms); // the case is about that time
    CHECK(used() - before < 100ms);
    CHECK(patient.count() == 1);
}
