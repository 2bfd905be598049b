// The proxy of the textbook, asked as its sheets do; and beyond: responses arrive unchanged, and no
// client waits for another client's origin.
#include "catch.h"

#include <algorithm>

#include "common/error.h"
#include "tests/grade/peers/origin.h"
#include "tests/grade/peers/proxy.h"
#include "tests/grade/peers/wire.h"

using grade::Client;
using grade::ok;
using grade::Origin;
using grade::OriginClient;
using grade::Proxy;
using grade::ScriptedOrigin;

namespace {

/// Bytes of every value, more than any buffer holds.
std::string many_bytes(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (char& byte : bytes) {
        state = state * 1'664'525 + 1'013'904'223;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

constexpr std::string_view sheet_page = "<p>A page behind the proxy.</p>\n";

/// The ways to ask the proxy of the sheets for the first page of a host: in the path, as
/// http://localhost:8888/www.google.com does, and as browsers do (RFC 9112 §3.2.2).
const std::vector<std::string> lab_targets = {"/HOST/", "/HOST", "http://HOST/"};

std::string lab_request(std::string target, const std::string& host)
{
    target.replace(target.find("HOST"), 4, host);
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
}

bool has_page(const std::string& answer)
{
    return answer.starts_with("HTTP/1.") && answer.find(" 200") == 8 &&
           answer.find(sheet_page) != std::string::npos;
}

/// Whether the proxy brings the first page of all these hosts, one after another, when it is asked
/// in one of the ways.
bool brings_pages(const std::vector<std::string>& hosts)
{
    return std::ranges::any_of(lab_targets, [&](const std::string& target) {
        const Proxy proxy; // a new one: another way may have ended the last
        try {
            return std::ranges::all_of(hosts, [&](const std::string& host) {
                return has_page(proxy.ask(lab_request(target, host)));
            });
        } catch (const net::Error&) { // no answer
            return false;
        }
    });
}

/// In the grader's sandbox for programs of others, names lead to the test, and its origin has
/// HTTP's port, for these programs may know no other.
std::string lab_host(const std::string& name, const Origin& origin)
{
    return origin.port() == 80 ? name : "127.0.0.1:" + std::to_string(origin.port());
}

std::uint16_t lab_port()
{
    return grade::has_wire() ? 80 : 0;
}

} // namespace

TEST_CASE("A page comes through the proxy", "[proxy][lab]")
{
    const Origin origin([](const std::string&) { return grade::html(std::string(sheet_page)); }, "",
                        lab_port());
    CHECK(brings_pages({lab_host("www.lab.example", origin)}));
}

TEST_CASE("After one page the proxy brings another", "[proxy][lab]")
{
    const Origin origin([](const std::string&) { return grade::html(std::string(sheet_page)); }, "",
                        lab_port());
    CHECK(
        brings_pages({lab_host("www.lab.example", origin), lab_host("www.other.example", origin)}));
}

TEST_CASE("A response through the proxy equals the direct response", "[proxy][extra]")
{
    const std::string body = many_bytes(GENERATE(0U, 1U, 4096U, 100'000U, 3'000'000U));
    const ScriptedOrigin origin(grade::answering(ok(body, "Content-Type: a/b\r\nX-Own: 1\r\n")));
    const Proxy proxy;
    const auto answer = proxy.get(origin.url("/a"));
    CHECK(answer.status == 200);
    CHECK(answer.field("Content-Type") == "a/b");
    CHECK(answer.field("X-Own") == "1");
    CHECK((answer.body == body)); // too large to be printed
}

TEST_CASE("The origin's request has path and query, and the origin's name in Host",
          "[proxy][extra]")
{
    std::string asked;
    const ScriptedOrigin origin([&](OriginClient& client) {
        asked = client.head();
        client.send(ok("x"));
    });
    const Proxy proxy;
    REQUIRE(proxy.get(origin.url("/a/b?c=d&e")).body == "x");
    CHECK(asked.starts_with("GET /a/b?c=d&e HTTP/1."));
    CHECK_THAT(asked, Contains("\r\nHost: " + origin.authority() + "\r\n"));
}

TEST_CASE("An origin's own 404 is forwarded unchanged", "[proxy][extra]")
{
    const ScriptedOrigin origin(
        grade::answering("HTTP/1.1 404 Nothing Like That\r\nContent-Length: 5\r\n\r\nsorry"));
    const Proxy proxy;
    const auto answer = proxy.get(origin.url("/nothing"));
    CHECK(answer.head.starts_with("HTTP/1.1 404 Nothing Like That\r\n"));
    CHECK(answer.body == "sorry");
}

TEST_CASE("A silent origin delays no other client", "[proxy][extra]")
{
    const ScriptedOrigin silent([](OriginClient& client) { client.is_closed(); });
    const ScriptedOrigin origin(grade::answering(ok("quick")));
    const Proxy proxy;
    std::list<Client> waiting;
    for (int i = 0; i < 20; ++i)
        waiting.emplace_back(proxy.port()).send(grade::get_request(silent.url("/")));
    CHECK(proxy.get(origin.url("/")).body == "quick");
}

TEST_CASE("A POST of a form is forwarded", "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        const auto head = client.head();
        if (!head.starts_with("POST /form ")) return;
        client.send(ok("got " + client.bytes(11)));
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send("POST " + origin.url("/form") + " HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\nContent-Length: 11\r\n\r\nname=value1");
    CHECK(client.receive().body == "got name=value1");
}

TEST_CASE("An unreachable server results in an error response", "[proxy][extra]")
{
    const Proxy proxy;
    const auto port = grade::free_port();
    const auto answer = proxy.get("http://127.0.0.1:" + std::to_string(port) + "/");
    CHECK((answer.status == 502 || answer.status == 404)); // the textbook's proxy says 404
}

TEST_CASE("The error page for an unreachable server has the reason and escapes the URL",
          "[proxy][extra]")
{
    const Proxy proxy;
    const auto port = grade::free_port();
    const auto answer = proxy.get("http://127.0.0.1:" + std::to_string(port) + "/<b>");
    CHECK(answer.status == 502);
    CHECK_THAT(answer.body, Contains("Connection refused"));
    CHECK_THAT(answer.body, !Contains("<b>/"));
    CHECK_THAT(answer.body, Contains("&lt;b&gt;"));
}

TEST_CASE("A tunnel relays bytes in both directions", "[proxy][extra]")
{
    const ScriptedOrigin origin([](OriginClient& client) {
        const auto said = client.bytes(5);
        client.send(said + " to you");
        client.is_closed();
    });
    const Proxy proxy;
    Client client(proxy.port());
    client.send("CONNECT " + origin.authority() + " HTTP/1.1\r\nHost: " + origin.authority() +
                "\r\n\r\n");
    std::string head;
    grade::OriginClient peer(client.stream());
    CHECK(peer.head().starts_with("HTTP/1.1 200 "));
    peer.send("hello");
    CHECK(peer.bytes(12) == "hello to you");
}
