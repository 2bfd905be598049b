// Collapsed requests: one request to the origin for many clients, where that is allowed.
#include "catch.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>

#include "common/error.h"
#include "tests/grade/peers/proxy.h"

using grade::Client;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;
using namespace std::chrono_literals;

namespace {

const std::string head_of_ten = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
                                "Content-Length: 10\r\n\r\n";

/// Blocks a thread until the test lets it continue.
class Gate {
public:
    void open()
    {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        opened_.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(mutex_);
        opened_.wait_for(lock, 15s, [this] { return is_open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable opened_;
    bool is_open_ = false;
};

/// Opens its gate at the end of its scope, also when a test fails.
struct Opened {
    explicit Opened(Gate& its_gate) : gate(its_gate) {}
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    ~Opened() { gate.open(); }
    Gate& gate;
};

/// The first `size` bytes of the body that a client gets.
std::string begin_of_body(OriginClient& proxy, std::size_t size)
{
    CHECK_THAT(proxy.head(), StartsWith("HTTP/1.1 200 "));
    return proxy.bytes(size);
}

} // namespace

TEST_CASE("Followers read the leader's body while it arrives", "[proxy][cache][extra]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(head_of_ten + "01234");
        gate.pass();
        client.send("56789");
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 8; ++i) {
        Client& client = clients.emplace_back(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        CHECK(begin_of_body(peer, 5) == "01234"); // before the rest has arrived
    }
    CHECK(asked == 1);
    gate.open();
    for (Client& client : clients) {
        OriginClient peer(client.stream());
        CHECK(peer.bytes(5) == "56789");
    }
    CHECK(asked == 1);
}

TEST_CASE("A follower's Cache-Status says collapsed", "[proxy][cache][own]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(head_of_ten + "01234");
        gate.pass();
        client.send("56789");
    });
    const Proxy proxy;
    const Opened opened(gate);
    Client leader(proxy.port());
    leader.send(grade::get_request(origin.url("/")));
    OriginClient peer(leader.stream());
    begin_of_body(peer, 5);
    Client follower(proxy.port());
    follower.send(grade::get_request(origin.url("/")));
    OriginClient other(follower.stream());
    CHECK_THAT(other.head(), Contains("\r\nCache-Status: proxy; fwd=uri-miss; collapsed\r\n"));
}

TEST_CASE("When the leader's client disconnects, its followers get the rest",
          "[proxy][cache][robust]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const std::string rest(3'000'000, 'x');
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        ++asked;
        client.send(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 3000005\r\n\r\n"
            "01234");
        gate.pass();
        client.send(rest);
    });
    const Proxy proxy;
    const Opened opened(gate);
    auto leader = std::make_unique<Client>(proxy.port());
    leader->send(grade::get_request(origin.url("/")));
    OriginClient first(leader->stream());
    begin_of_body(first, 5);
    Client follower(proxy.port());
    follower.send(grade::get_request(origin.url("/")));
    OriginClient second(follower.stream());
    begin_of_body(second, 5);
    leader.reset();
    gate.open();
    CHECK((second.bytes(rest.size()) == rest));
    CHECK(asked == 1);
}

TEST_CASE("Only the leader gets the Set-Cookie of a shared response", "[proxy][cache][robust]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nSet-Cookie: sid=x\r\n"
                    "Content-Length: 10\r\n\r\n01234");
        gate.pass();
        client.send("56789");
    });
    const Proxy proxy;
    const Opened opened(gate);
    Client leader(proxy.port());
    leader.send(grade::get_request(origin.url("/")));
    OriginClient first(leader.stream());
    CHECK_THAT(first.head(), Contains("Set-Cookie: sid=x"));
    Client follower(proxy.port());
    follower.send(grade::get_request(origin.url("/")));
    OriginClient second(follower.stream());
    CHECK_THAT(second.head(), Contains("collapsed") && !Contains("Set-Cookie"));
    gate.open();
    CHECK(first.bytes(10) == "0123456789");
    CHECK(second.bytes(10) == "0123456789");
}

TEST_CASE("Requests for a response that is not shareable all go to the origin",
          "[proxy][cache][robust]")
{
    const std::string fields = GENERATE("Cache-Control: private\r\n", "Cache-Control: no-store\r\n",
                                        "Vary: *\r\n", "Set-Cookie: a=b\r\n");
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        const int number = ++asked;
        gate.pass();
        const auto body = std::to_string(number);
        client.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 1\r\n\r\n" + body);
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(proxy.port()).send(grade::get_request(origin.url("/")));
    const auto deadline = net::Deadline::in(15s);
    while (asked == 0)
        REQUIRE_FALSE(deadline.passed());
    gate.open();
    std::string got;
    for (Client& client : clients)
        got += client.receive().body;
    std::ranges::sort(got);
    CHECK(got == "12345");
}

TEST_CASE("A response in progress is not shared after an invalidation",
          "[proxy][cache][robust][own]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        const std::string head = client.head();
        if (head.starts_with("PUT ")) return client.send("HTTP/1.1 204 No Content\r\n\r\n");
        const bool is_first = head.find("\r\nFirst: ") != std::string::npos;
        client.send(head_of_ten + (is_first ? "old" : "new page.."));
        if (!is_first) return;
        gate.pass();
        client.send(" page..");
    });
    const Proxy proxy;
    const Opened opened(gate);
    Client reader(proxy.port());
    reader.send(grade::get_request(origin.url("/"), "First: yes\r\n"));
    OriginClient first(reader.stream());
    REQUIRE(begin_of_body(first, 3) == "old");
    Client changer(proxy.port());
    changer.send("PUT " + origin.url("/") + " HTTP/1.1\r\nHost: a.example\r\n" +
                 "Content-Length: 0\r\n\r\n");
    REQUIRE(changer.receive().status == 204);
    CHECK(proxy.get(origin.url("/")).body == "new page..");
    gate.open();
    CHECK(first.bytes(7) == " page..");
    CHECK(proxy.get(origin.url("/")).body == "new page..");
}

TEST_CASE("When the leader's origin fails, each follower sends its own request",
          "[proxy][cache][robust]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        const int number = ++asked;
        gate.pass();
        if (number > 2)
            client.send(head_of_ten + "0123456789"); // idempotent: the proxy retries once
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 5; ++i)
        clients.emplace_back(proxy.port()).send(grade::get_request(origin.url("/")));
    const auto deadline = net::Deadline::in(15s);
    while (asked == 0)
        REQUIRE_FALSE(deadline.passed());
    gate.open();
    int whole = 0;
    for (Client& client : clients)
        if (client.receive().body == "0123456789") ++whole;
    CHECK(whole >= 3);
}

TEST_CASE("A truncated body is truncated for followers and leader alike", "[proxy][cache][robust]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        client.send(head_of_ten + "01234");
        gate.pass();
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 3; ++i) {
        Client& client = clients.emplace_back(proxy.port());
        client.send(grade::get_request(origin.url("/")));
        OriginClient peer(client.stream());
        begin_of_body(peer, 5);
    }
    gate.open();
    for (Client& client : clients)
        CHECK(client.receive_rest().empty());
}

TEST_CASE("Variants are not shared", "[proxy][cache][robust]")
{
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        const auto head = client.head();
        gate.pass();
        const std::string foo = head.substr(head.find("Foo: ") + 5, 1);
        client.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nVary: Foo\r\n"
                    "Content-Length: 1\r\n\r\n" +
                    foo);
    });
    const Proxy proxy;
    const Opened opened(gate);
    std::list<Client> clients;
    for (int i = 0; i < 6; ++i)
        clients.emplace_back(proxy.port())
            .send(grade::get_request(origin.url("/"), "Foo: " + std::to_string(i % 3) + "\r\n"));
    gate.open();
    int i = 0;
    for (Client& client : clients)
        CHECK(client.receive().body == std::to_string(i++ % 3));
}

namespace {

/// An origin whose first response stops in the middle until go_on(); later ones do not stop.
class HeldOrigin {
public:
    /// Each response has `fields` and the body `begin` and `rest`, which are already framed.
    HeldOrigin(std::string fields, std::string begin, std::string rest)
        : fields_(std::move(fields)), begin_(std::move(begin)), rest_(std::move(rest)),
          origin_([this](OriginClient& client) { serve(client); })
    {
    }
    HeldOrigin(const HeldOrigin&) = delete;
    HeldOrigin& operator=(const HeldOrigin&) = delete;
    ~HeldOrigin() { go_on(); }

    void go_on() { gate_.open(); }
    [[nodiscard]] std::string url() const { return origin_.url("/"); }
    [[nodiscard]] int asked() const { return asked_; }

private:
    void serve(OriginClient& client)
    {
        for (auto head = client.head(); !head.empty(); head = client.head()) {
            const bool is_first = ++asked_ == 1;
            client.send("HTTP/1.1 200 OK\r\n" + fields_ + "\r\n" + begin_);
            if (is_first) gate_.pass();
            client.send(rest_);
        }
    }

    const std::string fields_, begin_, rest_;
    std::atomic<int> asked_ = 0;
    Gate gate_;
    ScriptedOrigin origin_; // ends first
};

const std::string minute = "Cache-Control: max-age=60\r\n";
const std::string ten = "Content-Length: 10\r\n";
const std::string in_chunks = "Transfer-Encoding: chunked\r\n";

/// A client that has received the first five bytes of the body.
struct Reading {
    Reading(const Proxy& proxy, const HeldOrigin& origin, const std::string& fields = {})
        : client(proxy.port()), peer(client.stream())
    {
        client.send(grade::get_request(origin.url(), fields));
        head = peer.head();
        if (head.find("chunked") != std::string::npos) peer.until("\r\n");
        CHECK(peer.bytes(5) == "01234");
    }

    Client client;
    OriginClient peer;
    std::string head;
};

std::string chunk(const std::string& bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string size;
    for (auto left = bytes.size(); left > 0; left /= 16)
        size.insert(0, 1, digits[left % 16]);
    return size + "\r\n" + bytes + "\r\n";
}

} // namespace

TEST_CASE("A response that could not be reused from the store is not shared",
          "[proxy][cache][robust][own]")
{
    const std::string fields = GENERATE(
        "Cache-Control: max-age=60, no-cache\r\nSet-Cookie: a=b\r\n",
        "Cache-Control: max-age=0\r\nSet-Cookie: a=b\r\n", "ETag: \"a\"\r\nSet-Cookie: a=b\r\n");
    HeldOrigin origin(fields + ten, "01234", "56789");
    const Proxy proxy;
    Reading leader(proxy, origin);
    Reading other(proxy, origin); // while the leader waits
    CHECK(other.peer.bytes(5) == "56789");
    CHECK(origin.asked() == 2);
    origin.go_on();
    CHECK(leader.peer.bytes(5) == "56789");
}

TEST_CASE("A request that must reach the origin is not collapsed", "[proxy][cache][own]")
{
    const std::string wish =
        GENERATE("Cache-Control: no-cache\r\n", "Cache-Control: min-fresh=600\r\n");
    HeldOrigin origin(minute + ten, "01234", "56789");
    const Proxy proxy;
    Reading leader(proxy, origin);
    Reading other(proxy, origin, wish);
    CHECK(other.peer.bytes(5) == "56789");
    CHECK(origin.asked() == 2);
}

TEST_CASE("Followers get the whole body when it is too large for the store",
          "[proxy][cache][robust][own]")
{
    const std::string rest(3'000'000, 'x');
    HeldOrigin origin(minute + in_chunks, chunk("01234"), chunk(rest) + "0\r\n\r\n");
    const Proxy proxy({"--max-object=1"});
    Reading leader(proxy, origin);
    Reading follower(proxy, origin);
    CHECK_THAT(follower.head, Contains("; collapsed"));
    origin.go_on();
    for (Reading* reading : {&leader, &follower}) {
        std::string got = reading->peer.until("0\r\n\r\n");
        CHECK(std::ranges::count(got, 'x') == 3'000'000);
    }
    CHECK(origin.asked() == 1);
    CHECK_FALSE(proxy.get(origin.url()).head.find("; hit") != std::string::npos);
}

TEST_CASE("Without room in the store, requests are not collapsed", "[proxy][cache][robust][own]")
{
    HeldOrigin origin(minute + in_chunks, chunk("01234"), chunk("56789") + "0\r\n\r\n");
    const Proxy proxy({"--cache-size=0"});
    const Reading leader(proxy, origin);
    Reading other(proxy, origin);
    CHECK_THAT(other.peer.until("0\r\n\r\n"), Contains("56789"));
    CHECK(origin.asked() == 2);
}

TEST_CASE("Followers get the whole body when the disk fails", "[proxy][cache][robust][own]")
{
    const std::string rest(3'000'000, 'x');
    HeldOrigin origin(minute + "Content-Length: 3000005\r\n", "01234", rest);
    const grade::ScratchFolder folder;
    Proxy proxy({"--cache-dir", (folder.path() / "cache").string()});
    Reading leader(proxy, origin);
    Reading follower(proxy, origin);
    CHECK_THAT(follower.head, Contains("; collapsed"));
    std::filesystem::remove_all(folder.path() / "cache");
    origin.go_on();
    CHECK((leader.peer.bytes(rest.size()) == rest));
    CHECK((follower.peer.bytes(rest.size()) == rest));
    const auto again = proxy.get(origin.url());
    CHECK((again.body == "01234" + rest));
    CHECK_THAT(again.field("Cache-Status"), !Contains("stored")); // storing has failed before
    proxy.process().signal(SIGTERM);
    const auto outcome = proxy.process().wait(net::Deadline::in(15s));
    REQUIRE(outcome);
    const std::string report = "proxy: responses are not stored: ";
    CHECK_THAT(outcome->err, Contains(report));
    CHECK(outcome->err.find(report) == outcome->err.rfind(report)); // once
}

TEST_CASE("A leader that does not read delays no follower, and gets the whole body",
          "[proxy][cache][robust][own]")
{
    const std::string rest(30'000'000, 'x'); // more than the sockets' buffers hold
    HeldOrigin origin(minute + "Content-Length: 30000005\r\n", "01234", rest);
    const Proxy proxy;
    Reading leader(proxy, origin);
    const bool follows_later = GENERATE(false, true);
    if (follows_later) {
        origin.go_on();
        std::this_thread::sleep_for(300ms); // the leader's thread blocks by now
    }
    Reading follower(proxy, origin);
    CHECK_THAT(follower.head, Contains("; collapsed"));
    origin.go_on();
    CHECK((follower.peer.bytes(rest.size()) == rest));
    CHECK(proxy.get(origin.url()).body.size() == rest.size() + 5);
    CHECK((leader.peer.bytes(rest.size()) == rest));
    CHECK(origin.asked() == 1);
}

TEST_CASE("Followers wait a limited time for a leader with a silent origin",
          "[proxy][cache][robust][own]")
{
    std::atomic<int> asked = 0;
    Gate gate;
    const ScriptedOrigin origin([&](OriginClient& client) {
        client.head();
        if (++asked == 1) gate.pass();
        client.send(head_of_ten + "0123456789");
    });
    const Proxy proxy({"--answer-timeout=2"});
    const Opened opened(gate);
    Client leader(proxy.port());
    leader.send(grade::get_request(origin.url("/")));
    for (const auto end = net::Deadline::in(15s); asked == 0;)
        REQUIRE_FALSE(end.passed());
    CHECK(proxy.get(origin.url("/")).body == "0123456789"); // before the leader's time-out
    CHECK(asked == 2);
    gate.open();
}
