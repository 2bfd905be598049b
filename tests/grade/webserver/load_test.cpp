// The web server under load: many clients, aborted ones, unexpected bodies and changing files.
#include "catch.h"

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "common/error.h"
#include "tests/grade/peers/record.h"
#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view small_page = "<title>page</title>";
constexpr std::string_view for_page = "GET /page.html HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view for_large = "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::size_t large_size = std::size_t{16} << 20; // more than the kernel's buffers hold

struct LoadedSite {
    LoadedSite()
    {
        folder.write("page.html", small_page);
        folder.write("medium.bin", std::string(20'000, 'm'));
    }
    /// A file of one letter.
    void write_large(char letter) const
    {
        folder.write("large.bin", std::string(large_size, letter));
    }
    [[nodiscard]] fs::path root() const { return folder.path(); }

    ScratchFolder folder;
};

/// Raises the descriptor limit to the system's maximum.
rlim_t raise_descriptor_limit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

std::string status_line(const WebServer& server, const std::string& name)
{
    std::ifstream lines("/proc/" + std::to_string(server.process().id()) + "/status");
    std::string line;
    while (std::getline(lines, line))
        if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
    return {};
}

long thread_count(const WebServer& server)
{
    return std::stol(status_line(server, "Threads"));
}

std::ptrdiff_t open_files(const WebServer& server)
{
    const auto folder = "/proc/" + std::to_string(server.process().id()) + "/fd";
    return std::distance(fs::directory_iterator(folder), {});
}

/// Waits for `condition`, for a limited time; whether it came true.
template <typename Condition> bool eventually(Condition condition)
{
    const auto deadline = net::Deadline::in(10s);
    while (!deadline.passed()) {
        if (condition()) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

/// Closes with a reset, as the kernel does for a killed process with unread bytes.
void reset(std::unique_ptr<Client> client)
{
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(client->stream().descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::string read_first_byte(Client& client)
{
    std::array<char, 1> byte{};
    return {byte.data(), client.stream().read(byte, net::Deadline::in(10s))};
}

/// Everything up to the end of the stream, or to its reset.
std::string receive_until_end(Client& client)
{
    std::string all;
    std::array<char, 4096> part{};
    const auto deadline = net::Deadline::in(15s);
    try {
        while (const auto size = client.stream().read(part, deadline))
            all.append(part.data(), size);
    } catch (const net::Timeout&) {
        throw;
    } catch (const net::Error&) { // the text before the reset is returned
    }
    grade::note_received(all);
    return all;
}

} // namespace

TEST_CASE("Two thousand idle connections do not delay other clients", "[webserver][robust]")
{
    constexpr std::size_t many = 2000;
    if (raise_descriptor_limit() < many + 100) {
        WARN("skipped: the system gives a process too few descriptors");
        return;
    }
    const LoadedSite site;
    const WebServer server(site.root());
    std::vector<std::unique_ptr<Client>> idle;
    for (std::size_t i = 0; i < many; ++i) {
        idle.push_back(std::make_unique<Client>(server.port()));
        idle.back()->send(for_page);
        REQUIRE(idle.back()->receive().body == small_page);
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(server.get("/page.html").body == small_page);
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    for (const auto& client : idle) // all connections are still open
        client->send(for_page);
    for (const auto& client : idle)
        REQUIRE(client->receive().body == small_page);
}

TEST_CASE("Idle connections have no thread of their own", "[webserver][robust][own]")
{
    const LoadedSite site;
    const WebServer server(site.root(), {".", "--workers=2"});
    std::vector<std::unique_ptr<Client>> idle;
    for (int i = 0; i < 200; ++i) {
        idle.push_back(std::make_unique<Client>(server.port()));
        if (i % 2 == 0) continue; // this one never sends a request
        idle.back()->send(for_page);
        REQUIRE(idle.back()->receive().body == small_page);
    }
    CHECK(eventually(
        [&server] { return thread_count(server) <= 8; })); // a sanitizer has threads of its own
}

TEST_CASE("Clients that do not read large responses do not delay other clients",
          "[webserver][robust]")
{
    const LoadedSite site;
    site.write_large('x');
    const WebServer server(site.root());
    std::vector<std::unique_ptr<Client>> deaf;
    for (int i = 0; i < 20; ++i) {
        deaf.push_back(std::make_unique<Client>(server.port()));
        deaf.back()->send(for_large);
    }
    for (int i = 0; i < 20; ++i)
        CHECK(server.get("/page.html").body == small_page);
    const Answer answer = deaf.front()->receive(); // the client reads at last
    CHECK(answer.body.size() == large_size);
    CHECK(answer.body.find_first_not_of('x') == std::string::npos);
}

TEST_CASE("A thousand pipelined requests are answered in order", "[webserver][robust]")
{
    const LoadedSite site;
    const WebServer server(site.root());
    std::string many;
    for (int i = 0; i < 500; ++i)
        many += "GET /medium.bin?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n" +
                "HEAD /page.html HTTP/1.1\r\nHost: a\r\n\r\n";
    Client client(server.port());
    client.send(many);
    CHECK(server.get("/page.html").body == small_page); // other clients are not delayed
    for (int i = 0; i < 500; ++i) {
        REQUIRE(client.receive().body == std::string(20'000, 'm'));
        REQUIRE(client.receive(true).field("Content-Length") == std::to_string(small_page.size()));
    }
    client.send(for_page);
    CHECK(client.receive().body == small_page);
}

TEST_CASE("Clients killed during transfers leave no descriptor or thread behind",
          "[webserver][robust]")
{
    const LoadedSite site;
    site.write_large('x');
    WebServer server(site.root());
    REQUIRE(server.get("/page.html").status == 200);
    REQUIRE(eventually([&server, last = std::ptrdiff_t{0}]() mutable {
        return std::exchange(last, open_files(server)) ==
               open_files(server); // the number no longer changes
    }));
    const auto before = open_files(server);
    std::string pipeline;
    for (int i = 0; i < 200; ++i)
        pipeline += "GET /medium.bin HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 20; ++i)
        for (const std::string& said :
             {std::string(for_large), pipeline, std::string(for_page.substr(0, 20)),
              std::string("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx"),
              std::string()}) {
            auto client = std::make_unique<Client>(server.port());
            client->send(said);
            if (said.size() > 1000 || said == for_large)
                REQUIRE(read_first_byte(*client) == "H"); // the response is in progress
            reset(std::move(client));
        }
    CHECK(server.get("/page.html").body == small_page);
    CHECK(server.process().is_running());
    CHECK(eventually([&] { return open_files(server) <= before; }));
}

TEST_CASE("A file replaced during its transfer is sent whole in its old version",
          "[webserver][robust]")
{
    const LoadedSite site;
    site.write_large('a');
    const WebServer server(site.root());
    Client client(server.port());
    client.send(for_large);
    REQUIRE(client.receive(true).field("Content-Length") == std::to_string(large_size));
    REQUIRE(client.receive_body(1) == "a"); // the file has been opened, and perhaps read
    site.folder.write("new.bin", std::string(large_size / 2, 'b'));
    fs::rename(site.root() / "new.bin", site.root() / "large.bin");
    CHECK((client.receive_body(large_size - 1) == std::string(large_size - 1, 'a')));
    client.send(for_large);
    CHECK((client.receive().body == std::string(large_size / 2, 'b')));
}

TEST_CASE("A file that grows during its transfer does not run into the next response",
          "[webserver][robust]")
{
    const LoadedSite site;
    site.write_large('a');
    const WebServer server(site.root());
    Client client(server.port());
    client.send(std::string(for_large) + std::string(for_page));
    REQUIRE(server.get("/page.html").body == small_page);
    std::ofstream(site.root() / "large.bin", std::ios::app) << std::string(1000, 'b');
    const Answer answer = client.receive();
    const bool before =
        answer.body.size() == large_size; // otherwise the file was opened after the change
    CHECK((before || answer.body.size() == large_size + 1000));
    CHECK(client.receive().body == small_page);
}

TEST_CASE("A file that shrinks during its transfer ends the connection", "[webserver][robust]")
{
    const LoadedSite site;
    site.write_large('a');
    const WebServer server(site.root());
    Client client(server.port());
    client.send(std::string(for_large) + std::string(for_page));
    REQUIRE(client.receive(true).field("Content-Length") == std::to_string(large_size));
    REQUIRE(client.receive_body(1) == "a"); // the file has been opened, and perhaps read
    fs::resize_file(site.root() / "large.bin", 1000);
    try { // the whole file, if the server has read it already
        const std::string body = client.receive_body(large_size - 1);
        CHECK((body == std::string(large_size - 1, 'a')));
    } catch (const net::Timeout&) {
        FAIL("the connection neither goes on nor ends");
    } catch (const net::Error&) { // the connection ends, since the announced length cannot be sent
    }
    CHECK(server.get("/large.bin").body == std::string(1000, 'a'));
}

TEST_CASE("A response has one version of a small file that changes all the time",
          "[webserver][robust]")
{
    const LoadedSite site;
    const WebServer server(site.root());
    site.folder.write("page.html", std::string(10'000, 'a'));
    const std::jthread writer([&site](const std::stop_token& stop) {
        for (char letter = 'a'; !stop.stop_requested();
             letter = static_cast<char>(letter == 'z' ? 'a' : letter + 1)) {
            site.folder.write("new",
                              std::string(10'000 + static_cast<std::size_t>(letter), letter));
            fs::rename(site.root() / "new", site.root() / "page.html");
        }
    });
    Client client(server.port());
    for (int i = 0; i < 300; ++i) {
        client.send(for_page);
        const Answer answer = client.receive();
        REQUIRE(answer.status == 200);
        const char letter = answer.body.front();
        REQUIRE(answer.body.find_first_not_of(letter) == std::string::npos);
    }
}

TEST_CASE("A client that waits for 100 Continue gets it or the final response",
          "[webserver][robust]")
{
    const LoadedSite site;
    const WebServer server(site.root());
    Client client(server.port());
    client.send("POST /page.html HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                "Expect: 100-continue\r\n\r\n");
    Answer answer = client.receive(true);
    if (answer.status == 100) {
        client.send("12345");
        answer = client.receive(true);
    }
    CHECK(answer.status == 405);

    Client without_body(server.port());
    without_body.send("GET /page.html HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
    answer = without_body.receive(true);
    if (answer.status == 100) answer = without_body.receive(true);
    CHECK(answer.status == 200);

    CHECK(server.ask("GET /page.html HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n").status == 417);
    CHECK(server.ask("GET /page.html HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").status == 200);
}

TEST_CASE("A body sent after Expect is not parsed as a request", "[webserver][robust]")
{
    const LoadedSite site;
    const WebServer server(site.root());
    Client client(server.port());
    client.send("POST /page.html HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                std::to_string(for_page.size()) + "\r\nExpect: 100-continue\r\n\r\n" +
                std::string(for_page)); // the client did not wait
    client.finish();
    const std::string answers = client.receive_rest();
    CHECK_THAT(answers, Contains(" 405 ") && !Contains(std::string(small_page)));
}

TEST_CASE("A body is read or the connection is closed, with any framing", "[webserver][robust]")
{
    const LoadedSite site;
    WebServer server(site.root());
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string length = std::to_string(smuggled.size());
    std::ostringstream chunk;
    chunk << std::hex << smuggled.size() << "\r\n" << smuggled << "\r\n";
    const std::string counted = "Content-Length: " + length + "\r\n\r\n" + smuggled;
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
    struct Row {
        std::string method, fields_and_body;
        int status;
    };
    for (const auto& [method, rest, status] : {
             Row{"POST", counted, 405},
             {"PUT", counted, 405},
             {"GET", counted, 200},
             {"DELETE", counted, 405},
             {"OPTIONS", counted, 204},
             {"BREW", counted, 501},
             {"POST", "Content-Length: 0\r\n\r\n", 405},
             {"POST", "Content-Length: 1000000\r\n\r\n" + smuggled, 405}, // the body is incomplete
             {"POST", chunked + "0\r\n\r\n", 405},
             {"POST", chunked + chunk.str() + "0\r\n\r\n", 405},
             {"POST", chunked + chunk.str() + chunk.str() + "0\r\nTrailer: x\r\n\r\n", 405},
             {"GET", chunked + chunk.str() + "0\r\n\r\n", 200},
             {"POST", chunked + "zz\r\n" + smuggled, 400}, // or 405, before the body is read
         })
        for (const bool in_pieces : {false, true}) {
            CAPTURE(method, rest, in_pieces);
            const std::string request = method + " /page.html HTTP/1.1\r\nHost: a\r\n" + rest;
            Client client(server.port());
            try {
                if (in_pieces)
                    for (const char c : request)
                        client.send({&c, 1});
                client.send((in_pieces ? "" : request) + std::string(for_page));
            } catch (const net::Error&) { // the server may close before it has read everything
            }
            client.finish();
            const std::string answers = receive_until_end(client);
            CHECK_THAT(answers, StartsWith("HTTP/1.1 " + std::to_string(status)) ||
                                    StartsWith("HTTP/1.1 405 "));
            const std::string others = // there may be one more response
                answers.substr(std::min(answers.find("\r\n\r\n"), answers.size()));
            CHECK(others.find("HTTP/1.1 404 ") == std::string::npos);
            CHECK(others.find("HTTP/1.1 200 ") == others.rfind("HTTP/1.1 200 "));
        }
    CHECK_THAT(server.process().out(), !Contains("smuggled"));
}

TEST_CASE("A body that does not arrive causes a time-out", "[webserver][robust][own]")
{
    const LoadedSite site;
    const WebServer server(site.root(), {".", "--body-timeout=0.3"});
    for (const char* framing :
         {"Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf"}) {
        CAPTURE(framing);
        Client client(server.port());
        client.send("POST /page.html HTTP/1.1\r\nHost: a\r\n" + std::string(framing));
        CHECK(server.get("/page.html").body == small_page);
        const auto start = std::chrono::steady_clock::now();
        const std::string answer = client.receive_rest();
        CHECK(std::chrono::steady_clock::now() - start < 5s);
        CHECK_THAT(answer, StartsWith("HTTP/1.1 408 ") || StartsWith("HTTP/1.1 405 "));
    }
}

TEST_CASE("Root's rights are given up permanently once the port is open",
          "[webserver][robust][own]")
{
    if (::geteuid() != 0) {
        WARN("skipped: only root has rights to give up");
        return;
    }
    const LoadedSite site;
    fs::permissions(site.root(), fs::perms(0755));
    fs::permissions(site.folder.write("roots.txt", "root's"), fs::perms(0600));
    const WebServer server(site.root(), {".", "--user=nobody", "--log=none"});
    CHECK(server.get("/page.html").body == small_page);
    CHECK(server.get("/roots.txt").status == 403);
    const std::string id = std::to_string(65534);
    for (const char* name : {"Uid", "Gid"}) { // real, effective, saved and file system ID
        CAPTURE(name);
        CHECK(status_line(server, name) == "\t" + id + "\t" + id + "\t" + id + "\t" + id);
    }
    CHECK_THAT(status_line(server, "CapEff"), Contains("0000000000000000"));
    std::istringstream groups(status_line(server, "Groups"));
    for (std::string group; groups >> group;)
        CHECK(group == id);

    const auto nobody_of_that_name =
        grade::run(grade::command_of("WEBSERVER"), {"0", ".", "--user=no-such-user"}, site.root());
    CHECK(nobody_of_that_name.status == 2);
    CHECK_THAT(nobody_of_that_name.err, Contains("no-such-user"));
}

TEST_CASE("SIGTERM under load cuts off no response, and the exit status is 0",
          "[webserver][robust][own]")
{
    const LoadedSite site;
    site.folder.write("large.bin", std::string(1'000'000, 'x'));
    WebServer server(site.root());
    std::atomic<int> answers = 0;
    std::atomic<int> cut = 0;
    {
        std::vector<std::jthread> clients;
        for (int i = 0; i < 8; ++i)
            clients.emplace_back([&, i] {
                try {
                    Client client(server.port());
                    for (;;) {
                        client.send(i % 2 == 0 ? for_page : for_large);
                        if (client.receive().status == 200) ++answers;
                    }
                } catch (const net::Error& ended) {
                    const std::string why = ended.what();
                    const bool in_body = why.find("of a body") != std::string::npos;
                    const bool in_head = why.find("HTTP/1.1") != std::string::npos;
                    if (in_body || in_head) ++cut;
                }
            });
        CHECK(eventually([&answers] { return answers > 200; }));
        server.process().signal(SIGTERM);
    }
    CHECK(cut == 0);
    const auto outcome = server.process().wait(net::Deadline::in(15s));
    REQUIRE(outcome);
    CAPTURE(outcome->err);
    CHECK(outcome->status == 0);
}

TEST_CASE("The client that has been idle for longest is evicted", "[webserver][robust][own]")
{
    const LoadedSite site;
    const WebServer server(site.root(), {".", "--max-clients=2", "--workers=2"});
    Client one(server.port());
    Client two(server.port());
    for (Client* client : {&one, &two, &one}) { // now the second one has been idle for longest
        client->send(for_page);
        REQUIRE(client->receive().status == 200);
    }
    Client three(server.port());
    three.send(for_page);
    CHECK(three.receive().status == 200);
    one.send(for_page);
    CHECK_NOTHROW(one.receive());
    CHECK(two.is_closed());
}

TEST_CASE("However fast clients connect, their number stays near the limit",
          "[webserver][robust][own]")
{
    constexpr std::ptrdiff_t most = 10;
    const LoadedSite site;
    const WebServer server(site.root(), {".", "--max-clients=" + std::to_string(most)});
    REQUIRE(server.get("/page.html").status == 200);
    const auto before = open_files(server);
    std::vector<std::unique_ptr<Client>> crowd;
    for (int i = 0; i < 200; ++i)
        crowd.push_back(std::make_unique<Client>(server.port()));
    Client last(server.port());
    last.send(for_page);
    CHECK(last.receive().status == 200); // so all earlier connections are admitted or closed
    CHECK(eventually([&] { return open_files(server) <= before + most; }));
}

TEST_CASE("A 503 reaches the client although its request is not read", "[webserver][robust][own]")
{
    const LoadedSite site;
    site.write_large('x');
    const WebServer server(site.root(), {".", "--max-clients=1", "--workers=1"});
    Client busy(server.port());
    busy.send(for_large);
    REQUIRE(read_first_byte(busy) == "H");
    for (int i = 0; i < 5; ++i) {
        const Answer answer = server.ask(for_page);
        CHECK(answer.status == 503);
        CHECK_FALSE(answer.field("Retry-After").empty());
        CHECK_FALSE(answer.field("Date").empty());
        CHECK_THAT(answer.body, Contains("503") && Contains("Please try again"));
    }
}
