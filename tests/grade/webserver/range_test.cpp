// Conditions and ranges over the wire: what a browser's cache and a resumed download rely on.
#include "catch.h"

#include <optional>

#include "tests/grade/peers/web.h"

using grade::Answer;
using grade::Client;
using grade::ScratchFolder;
using grade::WebServer;
using namespace std::chrono_literals;

namespace {

std::string pattern(std::size_t size)
{
    std::string bytes(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 256);
    return bytes;
}

/// A small file, and one that is too large to be kept in memory.
struct PatternSite {
    PatternSite()
    {
        folder.write("small.bin", small);
        folder.write("large.bin", large);
        folder.write("empty.bin", "");
    }

    [[nodiscard]] const std::string& content(const std::string& name) const
    {
        return name == "/small.bin" ? small : large;
    }

    ScratchFolder folder;
    std::string small = pattern(1000);
    std::string large = pattern(300'000);
};

std::string ranged_request(const std::string& method, const std::string& target,
                           const std::string& fields = "")
{
    return method + " " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

Answer ask(Client& client, const std::string& target, const std::string& fields = "")
{
    client.send(ranged_request("GET", target, fields));
    return client.receive();
}

struct Part {
    std::size_t first = 0, last = 0, size = 0;
    std::string head{}, bytes{};
};

/// Parses a multipart/byteranges body strictly (RFC 2046 §5.1.1); nothing when it is malformed.
std::optional<std::vector<Part>> parts_of(const Answer& answer)
{
    const std::string type = answer.field("Content-Type");
    const auto at = type.find("boundary=");
    if (!type.starts_with("multipart/byteranges") || at == std::string::npos) return std::nullopt;
    std::string boundary = type.substr(at + 9);
    if (boundary.starts_with('"')) boundary = boundary.substr(1, boundary.size() - 2);
    const std::string delimiter = "\r\n--" + boundary;
    // The first boundary may lack the line end before it.
    std::string rest = (answer.body.starts_with("--") ? "\r\n" : "") + answer.body;

    std::vector<Part> parts;
    while (true) {
        if (!rest.starts_with(delimiter)) return std::nullopt;
        rest.erase(0, delimiter.size());
        if (rest == "--" || rest == "--\r\n") return parts;
        const auto head_end = rest.find("\r\n\r\n");
        if (!rest.starts_with("\r\n") || head_end == std::string::npos) return std::nullopt;
        Part part{.head = rest.substr(0, head_end + 4)};
        const auto where = part.head.find("Content-Range: bytes ");
        if (where == std::string::npos ||
            std::sscanf(part.head.c_str() + where, "Content-Range: bytes %zu-%zu/%zu", &part.first,
                        &part.last, &part.size) != 3)
            return std::nullopt;
        const auto end = rest.find(delimiter, head_end + 4 + part.last - part.first);
        if (end == std::string::npos) return std::nullopt;
        part.bytes = rest.substr(head_end + 4, end - head_end - 4);
        rest.erase(0, end);
        parts.push_back(std::move(part));
    }
}

} // namespace

TEST_CASE("A range of a file arrives exactly", "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string name : {"/small.bin", "/large.bin"}) {
        const std::string& content = site.content(name);
        const std::size_t size = content.size();
        struct Row {
            std::string range;
            std::size_t first, last;
        };
        for (const auto& [range, first, last] : {
                 Row{"0-0", 0, 0},
                 {"0-499", 0, 499},
                 {"500-", 500, size - 1},
                 {"-1", size - 1, size - 1},
                 {"-700", size - 700, size - 1},
                 {"-9999999", 0, size - 1},
                 {"999-99999999999999999999999", 999, size - 1},
                 {"0-", 0, size - 1},
                 {std::to_string(size - 1) + "-", size - 1, size - 1},
             }) {
            CAPTURE(name, range);
            const Answer answer = ask(client, name, "Range: bytes=" + range + "\r\n");
            CHECK(answer.status == 206);
            CHECK(answer.field("Content-Range") == "bytes " + std::to_string(first) + "-" +
                                                       std::to_string(last) + "/" +
                                                       std::to_string(size));
            CHECK((answer.body == content.substr(first, last - first + 1)));
        }
        CHECK((ask(client, name).body == content)); // and the next response is complete, too
    }
}

TEST_CASE("Several ranges of a file give a multipart response with exact parts",
          "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string name : {"/small.bin", "/large.bin"}) {
        const std::string& content = site.content(name);
        std::string many = "0-0";
        for (int i = 1; i < 40; ++i)
            many += "," + std::to_string(20 * i) + "-" + std::to_string(20 * i + i % 5);
        for (const std::string& ranges :
             {std::string("0-9,100-199,-5"), std::string("990-,0-1"), std::string("5-5,0-0"), many,
              "0-" + std::to_string(content.size() / 2) + ",-10"}) {
            CAPTURE(name, ranges);
            const Answer answer = ask(client, name, "Range: bytes=" + ranges + "\r\n");
            CHECK(answer.status == 206);
            CHECK(answer.field("Content-Range").empty()); // RFC 9110 §15.3.7.2
            const auto parts = parts_of(answer);
            REQUIRE(parts);
            CHECK(parts->size() ==
                  1 + static_cast<std::size_t>(std::count(ranges.begin(), ranges.end(), ',')));
            for (const Part& part : *parts) {
                CAPTURE(part.first, part.last);
                CHECK(part.size == content.size());
                CHECK((part.bytes == content.substr(part.first, part.last - part.first + 1)));
                CHECK_THAT(part.head, Contains("Content-Type: application/octet-stream\r\n"));
            }
        }
        CHECK((ask(client, name).body == content));
    }
}

TEST_CASE("Overlapping ranges send no byte twice", "[webserver][robust]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    std::string all = "bytes=0-";
    for (int i = 1; i < 60; ++i)
        all += ",0-";
    std::string attack = "bytes=0-";
    for (int i = 0; i < 1300; ++i) // CVE-2011-3192
        attack += ",5-" + std::to_string(i);
    for (const std::string& range : {std::string("bytes=0-9,5-14"), std::string("bytes=0-9,10-19"),
                                     std::string("bytes=10-19,0-9"), all, attack}) {
        const Answer answer = ask(client, "/large.bin", "Range: " + range + "\r\n");
        CAPTURE(range.substr(0, 40), answer.head);
        CHECK((answer.status == 206 || answer.status == 200));
        CHECK(answer.body.size() <= site.large.size() + 1000);
        if (answer.status == 200) CHECK((answer.body == site.large));
    }
    CHECK((ask(client, "/small.bin").body == site.small));
}

TEST_CASE("64 ranges give 64 parts, and more give the whole file", "[webserver][robust][own]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    std::string range = "0-0";
    for (int i = 1; i < 64; ++i)
        range += "," + std::to_string(2 * i) + "-" + std::to_string(2 * i);
    const auto parts = parts_of(ask(client, "/small.bin", "Range: bytes=" + range + "\r\n"));
    REQUIRE(parts);
    CHECK(parts->size() == 64);
    CHECK(ask(client, "/small.bin", "Range: bytes=" + range + ",500-500\r\n").status == 200);
}

TEST_CASE("An unsatisfiable range gives 416, and a malformed one gives 416 or is ignored",
          "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    const Answer beyond = ask(client, "/small.bin", "Range: bytes=1000-\r\n");
    CHECK(beyond.status == 416);
    CHECK(beyond.field("Content-Range") == "bytes */1000");
    CHECK(ask(client, "/small.bin", "Range: bytes=-0\r\n").status == 416);
    for (const char* range : {"bytes=5-4", "bytes=a-b", "bytes", "bytes=", "lines=0-1", "0-1",
                              "bytes=0-1,x", "bytes=--1"}) {
        CAPTURE(range);
        const Answer answer = ask(client, "/small.bin", "Range: " + std::string(range) + "\r\n");
        CHECK((answer.status == 200 || answer.status == 416)); // RFC 9110 §14.2
        if (answer.status == 200) CHECK((answer.body == site.small));
    }
    const Answer empty = ask(client, "/empty.bin", "Range: bytes=0-\r\n");
    CHECK((empty.status == 200 || empty.status == 416));
}

TEST_CASE("HEAD ignores ranges and evaluates preconditions", "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string name : {"/small.bin", "/large.bin"}) {
        CAPTURE(name);
        const std::string length = std::to_string(site.content(name).size());
        client.send(ranged_request("HEAD", name, "Range: bytes=0-1\r\n"));
        const Answer whole = client.receive(true);
        CHECK(whole.status == 200); // RFC 9110 §14.2
        CHECK(whole.field("Content-Length") == length);
        CHECK(whole.field("Accept-Ranges") == "bytes");
        client.send(ranged_request("HEAD", name, "Range: bytes=999999-\r\n"));
        CHECK(client.receive(true).status == 200);
        client.send(ranged_request("HEAD", name, "If-None-Match: " + whole.field("ETag") + "\r\n"));
        CHECK(client.receive(true).status == 304);
        client.send(ranged_request("HEAD", name, "If-Match: \"other\"\r\n"));
        CHECK(client.receive(true).status == 412);
        CHECK((ask(client, name).body == site.content(name)));
    }
}

TEST_CASE("A 304 has no body, and the next response follows it", "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string name : {"/small.bin", "/large.bin"}) {
        CAPTURE(name);
        const Answer first = ask(client, name);
        const std::string etag = first.field("ETag");
        REQUIRE(etag.starts_with('"'));
        const std::string known = "If-None-Match: " + etag + "\r\n";
        const std::string since = "If-Modified-Since: " + first.field("Last-Modified") + "\r\n";
        client.send(ranged_request("GET", name, known) + ranged_request("GET", name, since) +
                    ranged_request("GET", name, known + "Range: bytes=0-1\r\n") +
                    ranged_request("GET", name, "Range: bytes=3-5\r\n"));
        for (int i = 0; i < 3; ++i) {
            const Answer answer = client.receive();
            CHECK(answer.status == 304);
            CHECK(answer.field("ETag") == etag);
            CHECK_FALSE(answer.field("Date").empty());
            CHECK(answer.field("Transfer-Encoding").empty());
        }
        CHECK(client.receive().body == site.content(name).substr(3, 3));
    }
}

TEST_CASE("A failed precondition gives 412, and the connection stays open", "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    const std::string etag = ask(client, "/small.bin").field("ETag");
    struct Row {
        std::string fields;
        int status;
    };
    for (const auto& [fields, status] : {
             Row{"If-Match: \"other\"\r\n", 412},
             {"If-Match: W/" + etag + "\r\n", 412},
             {"If-Match: " + etag + "\r\n", 200},
             {"If-Match: *\r\n", 200},
             {"If-Match: \"other\"\r\nIf-Match: " + etag + "\r\n", 200},
             {"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 412},
             {"If-Unmodified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n", 200},
             {"If-Unmodified-Since: never\r\n", 200},
             {"If-Match: " + etag + "\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
              200},
             {"If-None-Match: \"other\"\r\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n",
              200},
             {"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 200},
             {"If-Match: \"other\"\r\nIf-None-Match: *\r\n", 412},
             {"If-Match: *\r\nIf-None-Match: *\r\n", 304},
         }) {
        CAPTURE(fields);
        const Answer answer = ask(client, "/small.bin", fields);
        CHECK(answer.status == status);
        if (status == 200) CHECK((answer.body == site.small));
    }
    const Answer missing = ask(client, "/nothing", "If-Match: *\r\nIf-None-Match: *\r\n");
    CHECK(missing.status == 404); // RFC 9110 §13.2.1
}

TEST_CASE("An interrupted download resumes, unless the file has changed", "[webserver][extra]")
{
    const PatternSite site;
    const WebServer server(site.folder.path());
    Client client(server.port());
    for (const std::string name : {"/small.bin", "/large.bin"}) {
        CAPTURE(name);
        const std::string etag = ask(client, name).field("ETag");
        const std::string rest = "Range: bytes=400-\r\nIf-Range: " + etag + "\r\n";
        const Answer same = ask(client, name, rest);
        CHECK(same.status == 206);
        CHECK((same.body == site.content(name).substr(400)));

        const std::string changed = "changed " + site.content(name);
        site.folder.write(name.substr(1), changed);
        const Answer other = ask(client, name, rest);
        CHECK(other.status == 200);
        CHECK(other.field("ETag") != etag);
        CHECK((other.body == changed));
        CHECK(ask(client, name, "If-None-Match: " + etag + "\r\n").status == 200);
        CHECK(ask(client, name, "If-Match: " + etag + "\r\n").status == 412);
    }
}
