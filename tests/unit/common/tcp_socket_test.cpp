#include "common/tcp_listener.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <future>
#include <thread>

#include "common/signals.h"
#include "tests/unit/child.h"
#include "tests/unit/loopback.h"
#include "tests/unit/scratch.h"

using net::Deadline;
using net::Error;
using net::TcpListener;
using net::TcpStream;
using net::Timeout;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t more_than_buffers = std::size_t{64} << 20; // of both ends together

bool has_ipv6()
{
    try {
        const TcpListener listener(0, "::1");
        return true;
    } catch (const Error&) {
        WARN("skipped: no IPv6 on loopback");
        return false;
    }
}

/// A bound port without a listener.
struct ClosedPort {
    ClosedPort()
    {
        const auto any = net::resolve("127.0.0.1", 0, SOCK_STREAM).front();
        REQUIRE(::bind(socket.get(), any.data(), any.size()) == 0);
    }
    std::uint16_t number() const { return net::local_address(socket.get()).port(); }

    net::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

/// How long `operation` took to time out.
template <typename Operation> Clock::duration time_to_timeout(Operation operation)
{
    const auto begin = Clock::now();
    CHECK_THROWS_AS(operation(Deadline::in(100ms)), Timeout);
    return Clock::now() - begin;
}

std::string read_some(TcpStream& stream, Deadline deadline = soon())
{
    std::array<char, 1000> buffer{};
    return {buffer.data(), stream.read(buffer, deadline)};
}

} // namespace

TEST_CASE("Two ends exchange bytes in both directions, over IPv4 and IPv6", "[common][socket]")
{
    for (const char* host : {"127.0.0.1", "::1", "[::1]", "localhost"}) {
        if (std::string(host).find(':') != std::string::npos && !has_ipv6()) continue;
        CAPTURE(host);
        auto [client, server] = connected(host);
        client.write("request", soon());
        CHECK(read_some(server) == "request");
        server.write("answer", soon());
        CHECK(read_some(client) == "answer");
        client.write("", soon()); // an empty write is not an end of stream
        client.write("more", Deadline::never());
        CHECK(read_some(server, Deadline::never()) == "more");
    }
}

TEST_CASE("Both ends know the other's address", "[common][socket]")
{
    TcpListener listener(0, "127.0.0.1");
    const auto client = TcpStream::connect("127.0.0.1", listener.local().port(), soon());
    const auto server = listener.accept();
    REQUIRE(server);
    CHECK(client.peer().text() == listener.local().text());
    CHECK(server->peer().host() == "127.0.0.1");
    CHECK(server->peer().port() != listener.local().port());
}

TEST_CASE("A listener without an address accepts both families", "[common][socket]")
{
    TcpListener listener(0);
    CHECK(listener.local().port() != 0);
    const auto by_ipv4 = TcpStream::connect("127.0.0.1", listener.local().port(), soon());
    CHECK(listener.accept()->peer().host() == "127.0.0.1"); // not ::ffff:127.0.0.1
    if (!has_ipv6()) return;
    const auto by_ipv6 = TcpStream::connect("::1", listener.local().port(), soon());
    CHECK(listener.accept()->peer().host() == "::1");
}

TEST_CASE("A listener on one address does not accept on another", "[common][socket]")
{
    if (!has_ipv6()) return;
    const TcpListener listener(0, "127.0.0.1");
    CHECK_THROWS_AS(TcpStream::connect("::1", listener.local().port(), soon()), Error);
}

TEST_CASE("A large write arrives whole and in order", "[common][socket]")
{
    auto [client, server] = connected();
    std::string sent(5'000'000, ' ');
    for (std::size_t i = 0; i < sent.size(); ++i)
        sent[i] = static_cast<char>(i * 7 + i / 256);
    std::jthread writer([&, &stream = client] {
        stream.write(sent, soon());
        stream.shutdown_writing();
    });
    CHECK((read_all(server) == sent)); // not to be printed
}

TEST_CASE("The end of stream is 0 at each read, and the other direction continues",
          "[common][socket]")
{
    auto [client, server] = connected();
    client.write("last words", soon());
    client.shutdown_writing();
    CHECK(read_some(server) == "last words");
    CHECK(read_some(server).empty());
    CHECK(read_some(server).empty());
    server.write("answer", soon());
    CHECK(read_some(client) == "answer");
}

TEST_CASE("A silent peer is waited for until the deadline", "[common][socket]")
{
    auto [client, server] = connected();
    const auto time =
        time_to_timeout([&, &stream = client](Deadline deadline) { read_some(stream, deadline); });
    CHECK(time >= 100ms);
    CHECK(time < 2s);
    CHECK_THROWS_WITH(read_some(client, Deadline::in(1ms)),
                      "read from " + client.peer().text() + ": timed out");
    server.write("late", soon()); // the stream still works
    CHECK(read_some(client) == "late");
}

TEST_CASE("After the deadline nothing is read or written", "[common][socket]")
{
    auto [client, server] = connected();
    server.write("there", soon());
    CHECK_THROWS_AS(read_some(client, Deadline::in(0s)), Timeout);
    CHECK_THROWS_AS(client.write("x", Deadline::in(-1s)), Timeout);
    CHECK(read_some(client) == "there");
    client.shutdown_writing();
    CHECK(read_some(server).empty());
}

TEST_CASE("A peer that sends a byte now and then cannot stretch a deadline", "[common][socket]")
{
    auto [client, server] = connected();
    const std::jthread trickle([&stream = server](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            stream.write("x", soon());
            std::this_thread::sleep_for(5ms);
        }
    });
    net::Reader reader(client);
    const auto time = time_to_timeout([&](Deadline deadline) {
        while (reader.fill(deadline)) {
        }
    });
    CHECK(time >= 100ms);
    CHECK(time < 2s);
    CHECK_FALSE(reader.buffered().empty());
}

TEST_CASE("A peer that reads nothing, or a little now and then, cannot stretch a deadline",
          "[common][socket]")
{
    auto [client, server] = connected();
    const bool reads = GENERATE(false, true);
    const bool file = GENERATE(false, true);
    CAPTURE(reads, file);
    const std::jthread sip([&stream = server, reads](const std::stop_token& stop) {
        while (reads && !stop.stop_requested()) {
            read_some(stream);
            std::this_thread::sleep_for(5ms);
        }
    });
    const Scratch scratch;
    const auto large = scratch.write("large", "");
    std::filesystem::resize_file(large, more_than_buffers);
    const net::FileDescriptor descriptor(::open(large.c_str(), O_RDONLY | O_CLOEXEC));
    const std::string bytes(more_than_buffers, 'x');

    const auto time = time_to_timeout([&, &stream = client](Deadline deadline) {
        if (file)
            stream.send_file(descriptor, 0, more_than_buffers, deadline);
        else
            stream.write(bytes, deadline);
    });
    CHECK(time >= 100ms);
    CHECK(time < 2s);
    client.shutdown(); // ends the call in the other thread
}

TEST_CASE("Shutting down ends a wait in another thread", "[common][socket]")
{
    auto [client, server] = connected();
    SECTION("a read, when nothing more is to be read")
    {
        auto reader =
            std::async(std::launch::async, [&stream = client] { return read_some(stream); });
        client.shutdown_reading();
        CHECK(reader.get().empty());
        client.write("still open", soon());
        CHECK(read_some(server) == "still open");
    }
    SECTION("a read")
    {
        auto reader =
            std::async(std::launch::async, [&stream = client] { return read_some(stream); });
        client.shutdown();
        CHECK(reader.get().empty());
    }
    SECTION("a write")
    {
        auto writer = std::async(std::launch::async, [&stream = client] {
            stream.write(std::string(more_than_buffers, 'x'), soon());
        });
        client.shutdown();
        CHECK_THROWS_WITH(writer.get(), "write to " + client.peer().text() + ": Broken pipe");
    }
}

TEST_CASE("A peer's reset is an error that names the peer, and no SIGPIPE", "[common][socket]")
{
    auto* const before = std::signal(SIGPIPE, SIG_DFL); // would end the tests
    auto [client, server] = connected();
    client.write("unread", soon());
    std::array<char, 1> first{};
    server.read(first, soon());
    {
        const TcpStream closed_with_bytes_unread = std::move(server); // so the kernel resets
    }
    CHECK_THROWS_WITH(read_some(client),
                      "read from " + client.peer().text() + ": Connection reset by peer");
    CHECK_THROWS_WITH(client.write("x", soon()),
                      "write to " + client.peer().text() + ": Broken pipe");
    std::signal(SIGPIPE, before);
}

TEST_CASE("Sending a file to a closed peer is an error, and no SIGPIPE", "[common][socket]")
{
    const Ending ending = in_child([] {
        net::catch_interrupts(); // sendfile(2) has no MSG_NOSIGNAL
        auto [client, server] = connected();
        client.shutdown(); // a write from now on is EPIPE
        const net::FileDescriptor file(::open("/etc/passwd", O_RDONLY | O_CLOEXEC));
        try {
            client.send_file(file, 0, 1, soon());
        } catch (const Error& error) {
            std::cout << net::reason(error.cause());
        }
        return 0;
    });
    CHECK(ending.signal == 0);
    CHECK(ending.out == "Broken pipe");
}

TEST_CASE("A part of a file is sent exactly", "[common][socket]")
{
    const Scratch scratch;
    std::string content(300'000, ' ');
    for (std::size_t i = 0; i < content.size(); ++i)
        content[i] = static_cast<char>(i * 7 + i / 256);
    const auto path = scratch.write("file", content);
    const net::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));

    struct Row {
        std::size_t offset, count;
    };
    for (const auto& [offset, count] :
         {Row{0, 300'000}, {0, 1}, {299'999, 1}, {1000, 200'000}, {5, 0}, {300'000, 0}}) {
        CAPTURE(offset, count);
        auto [client, server] = connected();
        std::jthread sender([&, &stream = server, offset = offset, count = count] {
            stream.send_file(file, offset, count, soon());
            stream.shutdown_writing();
        });
        CHECK((read_all(client) == content.substr(offset, count)));
    }
    CHECK(::lseek(file.get(), 0, SEEK_CUR) == 0); // several threads may send one file
}

TEST_CASE("A file that becomes shorter is an error after its bytes are sent", "[common][socket]")
{
    const Scratch scratch;
    const auto path = scratch.write("file", "0123456789");
    const net::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::filesystem::resize_file(path, 4);
    auto [client, server] = connected();
    CHECK_THROWS_WITH(server.send_file(file, 0, 10, soon()),
                      "send a file: the file became shorter during the transfer");
    server.shutdown_writing();
    CHECK(read_all(client) == "0123");
}

TEST_CASE("A refused connection names the address and the reason", "[common][socket]")
{
    const ClosedPort port;
    const std::string number = std::to_string(port.number());
    for (const char* host : {"127.0.0.1", "localhost"}) {
        CAPTURE(host);
        try {
            const auto stream = TcpStream::connect(host, port.number(), soon());
            FAIL("connected");
        } catch (const Error& error) {
            CHECK_THAT(error.what(),
                       StartsWith("connect to " + std::string(host) + ":" + number + ": ") &&
                           Contains("127.0.0.1: Connection refused"));
            CHECK(error.cause() == ECONNREFUSED);
        }
    }
    if (!has_ipv6()) return;
    CHECK_THROWS_WITH(TcpStream::connect("::1", port.number(), soon()),
                      "connect to [::1]:" + number + ": ::1: Connection refused");
}

TEST_CASE("An unknown host keeps its cause", "[common][socket]")
{
    CHECK_THROWS_AS(TcpStream::connect("no.such.host.invalid", 80, soon()), net::LookupError);
    CHECK_THROWS_AS(TcpListener(0, "no.such.host.invalid"), net::LookupError);
}

TEST_CASE("A host that does not answer is given up at the deadline", "[common][socket]")
{
    // Once the queue of a listener that does not accept is full, Linux drops further connections.
    const ClosedPort port;
    REQUIRE(::listen(port.socket.get(), 0) == 0);
    const auto first = TcpStream::connect("127.0.0.1", port.number(), soon());
    const auto time = time_to_timeout([&](Deadline deadline) {
        for (;;)
            const auto queued = TcpStream::connect("127.0.0.1", port.number(), deadline);
    });
    CHECK(time >= 100ms);
    CHECK(time < 2s);
    CHECK_THROWS_WITH(TcpStream::connect("127.0.0.1", port.number(), Deadline::in(1ms)),
                      "connect to 127.0.0.1:" + std::to_string(port.number()) + ": timed out");
}

TEST_CASE("A listener that cannot listen names the address and the reason", "[common][socket]")
{
    const TcpListener listener(0, "127.0.0.1");
    const std::uint16_t taken = listener.local().port();
    CHECK_THROWS_WITH(TcpListener(taken, "127.0.0.1"),
                      "listen on 127.0.0.1:" + std::to_string(taken) + ": Address already in use");
    CHECK_THROWS_WITH(TcpListener(taken), // one of its addresses is taken
                      EndsWith(":" + std::to_string(taken) + ": Address already in use"));
    CHECK_THROWS_WITH(TcpListener(0, "192.0.2.1"),
                      "listen on 192.0.2.1:0: Cannot assign requested address");
}

TEST_CASE("The error for a port below 1024 names the missing privilege", "[common][socket]")
{
    int first_free = 1024;
    std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first_free;
    if (first_free < 2) {
        WARN("skipped: every user may use all ports here");
        return;
    }
    const Ending ending = in_child([] {
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::setuid(nobody) == -1) return 1;
        const TcpListener listener(1, "127.0.0.1");
        return 2;
    });
    CHECK(ending.err == "listen on 127.0.0.1:1: Permission denied (ports below 1024 need root)");
}

TEST_CASE("A port is free again once its listener is closed", "[common][socket]")
{
    std::uint16_t port = 0;
    {
        TcpListener listener(0, "127.0.0.1");
        port = listener.local().port();
        auto client = TcpStream::connect("127.0.0.1", port, soon());
        { // the server closes first, so its side stays in TIME_WAIT
            const auto server = listener.accept();
        }
        CHECK(read_some(client).empty());
    }
    CHECK(TcpListener(port, "127.0.0.1").local().port() == port);
}

TEST_CASE("A listener without descriptors waits until some are free", "[common][socket]")
{
    TcpListener listener(0, "127.0.0.1");
    const auto client = TcpStream::connect("127.0.0.1", listener.local().port(), soon());
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const auto limit = [&before](rlim_t descriptors) {
        const rlimit changed{descriptors, before.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &changed);
    };
    limit(3); // the standard streams
    const std::jthread relief([&] {
        std::this_thread::sleep_for(50ms);
        limit(before.rlim_cur);
    });
    CHECK(listener.accept());
}

TEST_CASE("A wait without a deadline uses no CPU time", "[common][socket]")
{
    const auto times_woken = [] {
        rusage usage{};
        ::getrusage(RUSAGE_THREAD, &usage);
        return usage.ru_nvcsw;
    };
    auto [client, server] = connected();
    const std::jthread speaks_late([&stream = client] {
        std::this_thread::sleep_for(200ms);
        stream.write("x", soon());
    });
    const auto before = times_woken();
    CHECK(read_some(server, Deadline::never()) == "x");
    CHECK(times_woken() - before < 10);
}

TEST_CASE("The companion of a stream is released when the connection is closed, also after a move",
          "[common][socket]")
{
    bool is_gone = false;
    Loopback pair = connected();
    {
        pair.server.hold_until_closed({nullptr, [&is_gone](void*) { is_gone = true; }});
        TcpStream moved = std::move(pair.server);
        const TcpStream again(std::move(moved));
        CHECK_FALSE(is_gone);
    }
    CHECK(is_gone);
    CHECK(read_all(pair.client).empty());
}

TEST_CASE("Bytes that have arrived are read without waiting", "[common][socket]")
{
    auto [client, server] = connected();
    std::array<char, 4> buffer{};
    const auto begin = Clock::now();
    CHECK_FALSE(client.read_now(buffer)); // no bytes yet, which is not the end of stream
    CHECK_FALSE(client.read_now(buffer));
    CHECK(Clock::now() - begin < 1s);

    server.write("123456", soon());
    CHECK(read_some(client).size() == 6); // so the bytes have arrived
    server.write("abcdef", soon());
    const auto deadline = soon();
    std::optional<std::size_t> count;
    while (!(count = client.read_now(buffer)) && !deadline.passed()) {
    }
    REQUIRE(count == 4); // the size of the buffer
    CHECK(std::string(buffer.data(), 4) == "abcd");
    CHECK(client.read_now(buffer) == 2);
    CHECK_FALSE(client.read_now(buffer));

    server.shutdown_writing();
    CHECK(read_some(client).empty()); // so the end of stream has arrived
    CHECK(client.read_now(buffer) == 0);
    CHECK(client.read_now(buffer) == 0);
}

TEST_CASE("Reading without waiting does not change how the stream waits", "[common][socket]")
{
    auto [client, server] = connected();
    std::array<char, 4> buffer{};
    CHECK_FALSE(client.read_now(buffer));
    const auto time =
        time_to_timeout([&, &stream = client](Deadline deadline) { read_some(stream, deadline); });
    CHECK(time >= 100ms);
    CHECK_FALSE(client.read_now(buffer));
}

TEST_CASE("A reset is an error also for a read that does not wait, and no SIGPIPE",
          "[common][socket]")
{
    auto* const before = std::signal(SIGPIPE, SIG_DFL); // would end the tests
    auto [client, server] = connected();
    client.write("unread", soon());
    std::array<char, 1> first{};
    server.read(first, soon());
    {
        const TcpStream closed_with_bytes_unread = std::move(server); // so the kernel resets
    }
    const auto try_until_error = [&, &stream = client] {
        for (const auto deadline = soon(); !deadline.passed();)
            if (stream.read_now(first)) return;
    };
    CHECK_THROWS_WITH(try_until_error(),
                      "read from " + client.peer().text() + ": Connection reset by peer");
    CHECK_THROWS_WITH(client.write_now("x"), "write to " + client.peer().text() + ": Broken pipe");
    std::signal(SIGPIPE, before);
}

TEST_CASE("The socket sends what fits without waiting and returns the count", "[common][socket]")
{
    auto [client, server] = connected();
    CHECK(client.write_now("") == 0);
    CHECK(client.write_now("hel", "lo") == 5);
    CHECK(read_some(server) == "hello");

    std::string sent(more_than_buffers, ' ');
    for (std::size_t i = 0; i < sent.size(); ++i)
        sent[i] = static_cast<char>(i * 7 + i / 256);
    const auto first = GENERATE(std::size_t{0}, std::size_t{1000}, more_than_buffers);
    const auto begin = Clock::now();
    const std::size_t count = client.write_now(std::string_view(sent).substr(0, first),
                                               std::string_view(sent).substr(first));
    CHECK(Clock::now() - begin < 5s);
    CHECK(count > 0);
    REQUIRE(count < sent.size()); // without a reader
    CHECK(client.unacknowledged() > 0);
    CHECK(client.unacknowledged() < count); // some of it has arrived
    client.shutdown_writing();
    CHECK((read_all(server) == sent.substr(0, count)));
}

TEST_CASE("A connection that ends with a reset does not look complete to the peer",
          "[common][socket]")
{
    auto [client, server] = connected();
    {
        TcpStream ended = std::move(server);
        ended.end_with_reset();
    }
    std::array<char, 1> byte{};
    CHECK_THROWS_AS(client.read(byte, soon()), Error);
}

TEST_CASE("A stream counts the bytes that its socket has taken", "[common][socket]")
{
    auto [client, server] = connected();
    CHECK(client.sent() == 0);
    client.write("four", soon());
    CHECK(client.write_now("six", "ten") == 6);
    const Scratch scratch;
    const net::FileDescriptor file(
        ::open(scratch.write("file", "content").c_str(), O_RDONLY | O_CLOEXEC));
    client.send_file(file, 3, 4, soon());
    CHECK(client.sent() == 14);
}

TEST_CASE("A file that sendfile(2) refuses is copied", "[common][socket]")
{
    auto [client, server] = connected();
    const net::FileDescriptor file(::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
    std::array<char, 4> start{};
    REQUIRE(::pread(file.get(), start.data(), start.size(), 0) == 4);
    client.send_file(file, 0, 4, soon());
    client.shutdown_writing();
    CHECK(read_all(server) == std::string(start.data(), start.size()));
}

TEST_CASE("A client that takes nothing is stalled while data for it is in the queue",
          "[common][socket]")
{
    auto [client, server] = connected();
    CHECK(client.stalled_for() == 0ms);
    while (client.write_now(std::string(100'000, 'x')) > 0) {
    }
    CHECK(eventually([&stream = client] { return stream.stalled_for() >= 100ms; }));
}

TEST_CASE("A listener on several names has the same port on all", "[common][socket]")
{
    const std::vector<std::string> names{"127.0.0.1", "127.0.0.2"};
    TcpListener listener(0, names);
    for (const std::string& name : names) {
        CAPTURE(name);
        TcpStream client = TcpStream::connect(name, listener.local().port(), soon());
        auto server = listener.accept();
        REQUIRE(server);
        server->write(name, soon());
        server->shutdown_writing();
        CHECK(read_all(client) == name);
    }
}
