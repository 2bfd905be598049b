// The web server with hostile, slow, broken or very many peers.
#include "catch.h"

#include <sys/stat.h>

#include <array>
#include <csignal>
#include <fstream>
#include <memory>
#include <thread>

#include "common/error.h"
#include "tests/grade/peers/ports.h"
#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view site_page = "<title>page</title>";
constexpr std::string_view secret = "this must never leave the server";

/// A site with a secret file beside its folder.
struct SiteWithSecret {
    SiteWithSecret()
    {
        folder.write("secret.txt", secret);
        folder.write("www/HelloWorld.html", site_page);
        folder.write("www/sub/page.html", site_page);
    }

    [[nodiscard]] std::filesystem::path root() const { return folder.path() / "www"; }

    ScratchFolder folder;
};

constexpr std::string_view ordinary = "GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\n\r\n";

/// A number from a process's /proc/PID/status.
long status_number(const WebServer& server, const std::string& name)
{
    std::ifstream lines("/proc/" + std::to_string(server.process().id()) + "/status");
    std::string word;
    while (lines >> word)
        if (word == name + ":") break;
    long number = -1;
    lines >> number;
    return number;
}

/// The index of a big file's pattern: each block begins with its own number.
constexpr std::uint64_t block = std::uint64_t{1024} * 1024;

void write_big_file(const std::filesystem::path& path, std::uint64_t size)
{
    std::ofstream file(path, std::ios::binary);
    for (std::uint64_t offset = 0; offset < size; offset += block) {
        file.seekp(static_cast<std::streamoff>(offset));
        file << offset << '!';
    }
    file.close();
    std::filesystem::resize_file(path, size); // the rest is a hole in a sparse file
}

} // namespace

TEST_CASE("A silent client does not delay the others", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    const Client silent(server.port());
    Client half(server.port());
    half.send("GET /HelloWorld.html HT");
    REQUIRE(server.get("/HelloWorld.html").body == site_page);
    half.send("TP/1.1\r\nHost: a\r\n\r\n");
    CHECK(half.receive().body == site_page);
}

TEST_CASE("Five hundred incomplete requests do not delay the next client", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    std::vector<std::unique_ptr<Client>> halves;
    const auto ask_half = [&] {
        halves.push_back(std::make_unique<Client>(server.port()));
        halves.back()->send("GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\nX-Half: ");
    };
    ask_half();
    REQUIRE(server.get("/HelloWorld.html").body == site_page);
    REQUIRE_FALSE(halves.front()->has_bytes()); // an incomplete request has no response
    while (halves.size() < 500)
        ask_half();
    CHECK(server.get("/HelloWorld.html").body == site_page);
    for (const auto& half : halves)
        half->send("\r\n\r\n");
    for (const auto& half : halves)
        REQUIRE(half->receive().body == site_page);
}

TEST_CASE("A request can arrive byte by byte", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    Client client(server.port());
    for (const char c : ordinary) {
        client.send(std::string_view(&c, 1));
        grade::wait_until_read(grade::Transport::tcp, server.port());
    }
    CHECK(client.receive().body == site_page);
}

TEST_CASE("No spelling of a path leads out of the site", "[webserver][robust]")
{
    const SiteWithSecret site;
    std::filesystem::create_symlink(site.folder.path() / "secret.txt",
                                    site.root() / "absolute.txt");
    std::filesystem::create_symlink("../secret.txt", site.root() / "relative.txt");
    std::filesystem::create_symlink("..", site.root() / "up");
    std::filesystem::create_symlink("/", site.root() / "top");
    const WebServer server(site.root());
    const std::string outside = site.folder.path().string() + "/secret.txt";

    for (const std::string& path :
         std::initializer_list<std::string>{"/../secret.txt",
                                            "/sub/../../secret.txt",
                                            "/./../secret.txt",
                                            "//../secret.txt",
                                            "/%2e%2e/secret.txt",
                                            "/%2E./secret.txt",
                                            "/..%2fsecret.txt",
                                            "/%2e%2e%2fsecret.txt",
                                            "/sub/..%2f..%2fsecret.txt",
                                            "/%252e%252e/secret.txt",
                                            "/..\\secret.txt",
                                            "/..%5csecret.txt",
                                            "/..%00/secret.txt",
                                            "/secret.txt%00.html",
                                            "/%c0%ae%c0%ae/secret.txt",
                                            "/..;/secret.txt",
                                            "/.../secret.txt",
                                            "../secret.txt",
                                            "..",
                                            "/absolute.txt",
                                            "/relative.txt",
                                            "/up/secret.txt",
                                            "/up/",
                                            "/top" + outside,
                                            outside,
                                            "/" + outside,
                                            "/%2f" + outside,
                                            "file://" + outside,
                                            "http://localhost/../secret.txt",
                                            "http://localhost/%2e%2e/secret.txt",
                                            "/proc/self/root" + outside}) {
        CAPTURE(path);
        Client client(server.port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const std::string answer = client.receive_rest();
        CHECK_THAT(answer, !Contains(std::string(secret)));
        CHECK_THAT(answer, !Contains(" 200 "));
    }
    CHECK(server.get("/sub/../HelloWorld.html").body ==
          site_page); // dot segments inside the site work
}

TEST_CASE("A link that stays inside the site is followed", "[webserver][extra]")
{
    const SiteWithSecret site;
    std::filesystem::create_symlink("HelloWorld.html", site.root() / "link.html");
    const WebServer server(site.root());
    CHECK(server.get("/link.html").body == site_page);
}

TEST_CASE("Hidden files, FIFOs and unreadable names do not stop the server", "[webserver][robust]")
{
    const SiteWithSecret site;
    site.folder.write("www/.git/config", secret);
    REQUIRE(::mkfifo((site.root() / "fifo").c_str(), 0600) == 0);
    const WebServer server(site.root());
    CHECK(server.get("/.git/config").status == 404);
    REQUIRE(server.get("/fifo").status == 403); // opening the FIFO must not block
    CHECK(server.get("/" + std::string(5000, 'x')).status == 404);
    CHECK(server.get("/HelloWorld.html/").status == 404);
    CHECK(server.get("/HelloWorld.html/x").status == 404);
    CHECK(server.get("/%zz").status == 400);
    CHECK(server.get("/a%00b").status == 400);
    CHECK(server.get("/HelloWorld.html").status == 200);
}

TEST_CASE("A malformed request gets an error status, and the connection closes",
          "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    for (const auto& [status, request] : std::vector<std::pair<int, std::string>>{
             {400, "GARBAGE\r\n\r\n"},
             {400, "GET /\r\n\r\n"},
             {400, "GET / HTTP/1.1\r\n\r\n"},                               // no Host
             {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},         //
             {400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"},                   //
             {400, "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"},         //
             {400, "GET / HTTP/1.1\nHost: a\n\n"},                          // bare LF
             {400, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"},         // bare CR
             {400, std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28)}, //
             {400, "\x16\x03\x01\x02"}, // TLS, refused before a line ends
             {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n"},
             {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"},
             {414, "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"},
             {431, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x')},
             {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
             {505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
         }) {
        CAPTURE(request);
        Client client(server.port());
        client.send(request);
        const Answer answer = client.receive();
        CHECK(answer.status == status);
        CHECK(answer.field("Connection") == "close");
        CHECK(client.is_closed());
    }
}

TEST_CASE("A body is never parsed as the next request", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    Client client(server.port());
    client.send("GET /HelloWorld.html HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                std::to_string(ordinary.size()) + "\r\n\r\n" + std::string(ordinary) +
                "GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string answers = client.receive_rest();
    CHECK_THAT(answers, Contains(std::string(site_page)));
    CHECK(answers.find(site_page) == answers.rfind(site_page));
}

TEST_CASE("An error response reaches a client that is still sending", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    Client client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
    for (int i = 0; i < 200; ++i) // more than the kernel's buffers hold
        client.send(std::string(100'000, 'x'));
    CHECK(client.receive().status == 405);
}

TEST_CASE("A body too large to read closes the connection but does not change the response",
          "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    const auto [method, status] =
        GENERATE(table<std::string, int>({{"GET", 200}, {"PUT", 405}, {"OPTIONS", 204}}));
    const std::string body(100'000, 'x');
    const auto [framing, sent] = GENERATE_COPY(table<std::string, std::string>(
        {{"Content-Length: 100000", body},
         {"Transfer-Encoding: chunked", "186A0\r\n" + body + "\r\n0\r\n\r\n"}}));
    Client client(server.port());
    client.send(method + " /HelloWorld.html HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n" + sent);
    const grade::Answer answer = client.receive(status == 204);
    CHECK(answer.status == status);
    CHECK(answer.field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("Nothing from a request reaches its error page unescaped", "[webserver][robust]")
{
    const SiteWithSecret site;
    const WebServer server(site.root());
    CHECK_THAT(server.get("/<script>alert(1)</script>").body, !Contains("<script>"));
    CHECK_THAT(server.get("/%3Cscript%3Ealert(1)%3C/script%3E").body, !Contains("<script>"));
}

TEST_CASE("A slow head times out with 408, and a silent client without a response",
          "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const WebServer server(site.root(), {".", "--head-timeout=0.3", "--idle-timeout=0.3"});
    Client silent(server.port());
    Client half(server.port());
    half.send("GET / HTTP/1.1\r\nHost:");
    CHECK(half.receive().status == 408);
    CHECK(half.is_closed());
    CHECK(silent.receive_rest().empty());
}

TEST_CASE("A client that sends single bytes cannot extend its time-out", "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const WebServer server(site.root(), {".", "--head-timeout=0.5"});
    Client client(server.port());
    const auto start = std::chrono::steady_clock::now();
    std::array<char, 1> byte{};
    for (bool answered = false; !answered;) { // a byte every 50 ms until the response
        REQUIRE(std::chrono::steady_clock::now() - start < 10s);
        try {
            client.send("G");
            answered = client.stream().read(byte, net::Deadline::in(50ms)) > 0;
        } catch (const net::Timeout&) {
            continue;
        }
    }
    CHECK(client.receive_rest().starts_with("TTP/1.1 408 "));
}

TEST_CASE("Beyond the limit the longest idle client is evicted, or the new one gets 503",
          "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const WebServer server(site.root(), {".", "--max-clients=2", "--workers=1"});
    Client one(server.port());
    Client two(server.port());
    for (Client* client : {&one, &two}) {
        client->send(ordinary);
        REQUIRE(client->receive().status == 200);
    }
    Client three(server.port());
    three.send(ordinary);
    CHECK(three.receive().status == 200);
    CHECK(one.is_closed());

    const auto threads = status_number(server, "Threads");
    for (Client* client : {&two, &three}) // now each connection has a thread
        client->send("GET /Hello");
    const auto deadline = net::Deadline::in(10s);
    while (status_number(server, "Threads") < threads + 2 && !deadline.passed())
        std::this_thread::sleep_for(1ms);
    Client four(server.port());
    CHECK(four.receive().status == 503);
    for (Client* client : {&two, &three}) {
        client->send("World.html HTTP/1.1\r\nHost: a\r\n\r\n");
        CHECK(client->receive().status == 200);
    }
}

TEST_CASE("Files of a gigabyte are sent whole in constant memory", "[webserver][robust][big]")
{
    constexpr std::uint64_t size = 1024 * block;
    const SiteWithSecret site;
    write_big_file(site.root() / "big.bin", size);
    const WebServer server(site.root());
    grade::Process curl("sh",
                        {"-c", "curl -s --fail --speed-limit 10000000 --speed-time 4 " +
                                   server.url("/big.bin") + " | cmp - big.bin"},
                        site.root());
    const auto outcome = curl.wait(net::Deadline::in(50s));
    REQUIRE(outcome);
    CAPTURE(outcome->out, outcome->err);
    CHECK(outcome->status == 0);
    CHECK(status_number(server, "VmHWM") < 200'000); // KiB; a sanitizer's own memory is the most
}

TEST_CASE("A client that disconnects during a response does not affect others",
          "[webserver][robust]")
{
    const SiteWithSecret site;
    write_big_file(site.root() / "big.bin", 64 * block);
    WebServer server(site.root());
    for (int i = 0; i < 20; ++i) {
        Client client(server.port());
        client.send("GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        std::array<char, 1000> some{};
        REQUIRE(client.stream().read(some, net::Deadline::in(10s)) > 0);
    }
    CHECK(server.get("/HelloWorld.html").body == site_page);
    CHECK(server.process().is_running());
}

TEST_CASE("SIGTERM ends the server at once when all clients are idle", "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const int signal = GENERATE(SIGINT, SIGTERM);
    WebServer server(site.root());
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<Client>(server.port()));
        clients.back()->send(ordinary);
        REQUIRE(clients.back()->receive().status == 200);
    }
    const Client silent(server.port());
    const auto start = std::chrono::steady_clock::now();
    server.process().signal(signal);
    const auto outcome = server.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CAPTURE(outcome->err);
    CHECK(outcome->status == 0);
    CHECK(std::chrono::steady_clock::now() - start < 2s); // far below the grace period
    CHECK_THROWS_AS(Client(server.port()), net::Error);
}

TEST_CASE("After SIGTERM the server finishes the responses in progress", "[webserver][robust][own]")
{
    constexpr std::uint64_t size = 64 * block;
    const SiteWithSecret site;
    write_big_file(site.root() / "big.bin", size);
    WebServer server(site.root());
    Client client(server.port());
    client.send("GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 1> first{};
    REQUIRE(client.stream().read(first, net::Deadline::in(10s)) == 1);
    server.process().signal(SIGTERM);
    CHECK(client.receive_rest().size() > size);
    const auto outcome = server.process().wait(net::Deadline::in(10s));
    REQUIRE(outcome);
    CAPTURE(outcome->err);
    CHECK(outcome->status == 0);
}

TEST_CASE("A second Ctrl-C ends the server at once", "[webserver][robust][own]")
{
    const SiteWithSecret site;
    write_big_file(site.root() / "big.bin", 64 * block);
    WebServer server(site.root());
    Client client(server.port()); // reads the first byte of many, then no more
    client.send("GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n");
    std::array<char, 1> first{};
    REQUIRE(client.stream().read(first, net::Deadline::in(10s)) == 1);
    server.process().signal(SIGINT);
    CHECK_FALSE(server.process().wait(net::Deadline::in(300ms))); // the response has a grace period
    server.process().signal(SIGINT);
    const auto outcome = server.process().wait(net::Deadline::in(5s));
    REQUIRE(outcome);
    CAPTURE(outcome->err);
    CHECK(outcome->status == 128 + SIGINT);
}

TEST_CASE("Without free descriptors the server waits for some, then continues",
          "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const std::string command =
        "sh -c 'ulimit -n 24; exec \"$0\" \"$@\"' " + grade::command_of("WEBSERVER");
    const WebServer server(site.root(), {}, command);
    {
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 40; ++i)
            clients.push_back(std::make_unique<Client>(server.port()));
    }
    const auto deadline =
        net::Deadline::in(10s); // until the server has noticed that the clients have closed
    Answer answer = server.get("/HelloWorld.html");
    while (answer.status == 503 && !deadline.passed())
        answer = server.get("/HelloWorld.html");
    CHECK(answer.body == site_page);
}

TEST_CASE("A log without a reader does not stop the server", "[webserver][robust][own]")
{
    const SiteWithSecret site;
    const std::string command =
        "sh -c 'exec \"$0\" \"$@\" >/dev/full' " + grade::command_of("WEBSERVER");
    const WebServer server(site.root(), {}, command);
    CHECK(server.get("/HelloWorld.html").body == site_page);
    CHECK(server.get("/HelloWorld.html").body == site_page);
    CHECK_THAT(server.process().err(), Contains("write the log: No space left on device"));
}
