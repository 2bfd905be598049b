#include "webserver/site/answer.h"

#include "catch.h"

#include "common/http/date.h"
#include "tests/unit/child.h"
#include "tests/unit/response_fields.h"
#include "tests/unit/scratch.h"

using webserver::FileCache;
using webserver::Response;
using webserver::Site;
using Value = std::optional<std::string>;
namespace fs = std::filesystem;

namespace {

struct AnsweringSite {
    AnsweringSite()
    {
        scratch.write("index.html", "first");
        scratch.write("folder/index.html", "folder's first");
        scratch.write("a b.txt", "text");
        scratch.write("empty", "");
        scratch.write("odd ?/index.html", "odd");
    }
    Scratch scratch;
    Site site{scratch.path()};
    webserver::ResponseSettings settings;

    /// The response to "GET / HTTP/1.1" with a Host and these lines.
    Response ask(const std::string& request_line, const std::string& lines = {},
                 bool at_end = true) const
    {
        const std::string request = request_line + "\r\nHost: a\r\n" + lines + "\r\n";
        CAPTURE(request);
        const auto parsed = http::parse_request(request);
        REQUIRE(std::holds_alternative<http::RequestHead>(parsed));
        FileCache cache;
        const webserver::AnswerContext context{
            {std::get<http::RequestHead>(parsed), settings, http::now()}, site, cache};
        Response response = webserver::answer(context);
        response.conclude(context.request, at_end);
        return response;
    }
};

std::string content(const Response& response)
{
    return response.text().substr(response.head.text().size());
}

} // namespace

TEST_CASE("A response's head is a status line, fields and an empty line", "[webserver][answer]")
{
    CHECK(webserver::ResponseHead().text() == "HTTP/1.1 200 OK\r\n\r\n");
    webserver::ResponseHead head(404);
    head.add("Content-Length", "0");
    head.add("Connection", "close");
    CHECK(head.text() ==
          "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    // The space stays before an empty reason phrase, RFC 9112 §4.
    CHECK(webserver::ResponseHead(299).text() == "HTTP/1.1 299 \r\n\r\n");
}

TEST_CASE("The response with a file has the fields that a browser needs", "[webserver][answer]")
{
    const AnsweringSite place;
    const Response response = place.ask("GET /a%20b.txt HTTP/1.1");
    CHECK(response.head.status() == 200);
    REQUIRE(response.file);
    CHECK(response.file->name == "a b.txt");
    CHECK(content(response) == "text");
    CHECK(field(response, "Content-Type") == "text/plain; charset=utf-8");
    CHECK(field(response, "Content-Length") == "4");
    CHECK(field(response, "Last-Modified") == http::format_date(response.file->modified));
    CHECK(field(response, "X-Content-Type-Options") == "nosniff");
    CHECK(field(response, "Server"));
    CHECK_FALSE(field(response, "Connection")); // HTTP/1.1 connections persist by default
    CHECK(response.keep_alive);
    CHECK(field(place.ask("GET /empty HTTP/1.1"), "Content-Length") == "0");
}

TEST_CASE("Every response has the fields Date and Server", "[webserver][answer]")
{
    const AnsweringSite place;
    for (const char* line : {"GET / HTTP/1.1", "GET /nothing HTTP/1.1", "POST / HTTP/1.1",
                             "OPTIONS * HTTP/1.1", "GET /folder HTTP/1.1", "NEW / HTTP/1.1"}) {
        CAPTURE(line);
        const Response response = place.ask(line);
        CHECK(field(response, "Server") == "webserver");
        const auto date = http::parse_date(field(response, "Date").value_or(""));
        REQUIRE(date);
        CHECK(std::chrono::abs(std::chrono::system_clock::now() - *date) < std::chrono::seconds(5));
    }
}

TEST_CASE("Methods, targets and paths have the status that the standard requires",
          "[webserver][answer]")
{
    const AnsweringSite place;
    struct Row {
        std::string line;
        int status;
    };
    for (const auto& [line, status] : {
             Row{"GET /", 200},
             {"GET /?a=b", 200}, // the query is ignored for a file
             {"GET /a%20b.txt?", 200},
             {"GET http://a", 200}, // absolute-form, RFC 9112 §3.2.2
             {"GET http://a?b=c", 200},
             {"GET HTTP://other.example:80/a%20b.txt?q", 200},
             {"GET /http://a/", 404},
             {"GET /folder/", 200},
             {"GET /folder", 301},
             {"GET http://a/folder?b", 301},
             {"GET /nothing", 404},
             {"GET /../../etc/passwd", 404},
             {"GET /%2e%2e/etc/passwd", 404},
             {"GET /%zz", 400},
             {"GET /%00", 400},
             {"HEAD /", 200},
             {"HEAD /nothing", 404},
             {"HEAD /%zz", 400},
             {"OPTIONS /", 204},
             {"OPTIONS /nothing", 204},
             {"OPTIONS *", 204},
             {"POST /", 405},
             {"PUT /new", 405},
             {"DELETE /index.html", 405},
             {"PATCH /", 405},
             {"TRACE /", 405},
             {"CONNECT a:443", 405},
             {"get /", 501}, // methods are case-sensitive, RFC 9110 §9.1
             {"GETS /", 501},
             {"PROPFIND /", 501},
         }) {
        CAPTURE(line);
        const Response response = place.ask(line + " HTTP/1.1");
        CHECK(response.head.status() == status);
        const bool lists_methods = status == 405 || status == 204; // RFC 9110 §10.2.1
        CHECK(field(response, "Allow") == (lists_methods ? Value("GET, HEAD, OPTIONS") : Value()));
        CHECK(response.keep_alive); // an error response does not close the connection
        if (status >= 400) {
            CHECK(field(response, "Content-Type") == "text/html; charset=utf-8");
            CHECK_FALSE(response.file);
        }
    }
}

TEST_CASE("An error page has its length and an explanation", "[webserver][answer]")
{
    const AnsweringSite place;
    const Response response = place.ask("GET /nothing HTTP/1.1");
    CHECK_THAT(content(response), Contains("<h1>404 Not Found</h1>"));
    CHECK(field(response, "Content-Length") == std::to_string(content(response).size()));
    CHECK_FALSE(field(response, "Last-Modified"));
}

TEST_CASE("The response to HEAD is that to GET without the content", "[webserver][answer]")
{
    const AnsweringSite place;
    for (const std::string target :
         {"/", "/a%20b.txt", "/empty", "/nothing", "/folder?q", "/%zz"}) {
        CAPTURE(target);
        const Response get = place.ask("GET " + target + " HTTP/1.1");
        const Response head = place.ask("HEAD " + target + " HTTP/1.1");
        CHECK(content(head).empty());
        CHECK(head.head.status() == get.head.status());
        CHECK(head.keep_alive == get.keep_alive);
        for (const auto& [name, value] : fields(get))
            if (name != "Date") CHECK(field(head, name) == value);
        CHECK(fields(head).size() == fields(get).size());
        CHECK(field(head, "Content-Length") == std::to_string(content(get).size()));
    }
}

TEST_CASE("A response without content has no Content-Length", "[webserver][answer]")
{
    const AnsweringSite place;
    const Response response = place.ask("OPTIONS / HTTP/1.1");
    CHECK(content(response).empty());
    CHECK_FALSE(field(response, "Content-Length")); // RFC 9110 §8.6: never in a 204
    CHECK_FALSE(field(response, "Content-Type"));
}

TEST_CASE("A folder's redirect keeps the query and cannot lead to another host",
          "[webserver][answer]")
{
    const AnsweringSite place;
    struct Row {
        std::string target, location;
    };
    for (const auto& [target, location] : {
             Row{"/folder", "/folder/"},
             {"/folder?a=b&c=/d?e", "/folder/?a=b&c=/d?e"},
             {"/folder?", "/folder/?"},
             {"//folder", "/folder/"},
             {"/%2ffolder", "/folder/"},
             {"/./x/../folder", "/folder/"},
             {"/odd%20%3F?q", "/odd%20%3F/?q"},
             {"http://elsewhere.example/folder?q", "/folder/?q"},
         }) {
        CAPTURE(target);
        const Response response = place.ask("GET " + target + " HTTP/1.1");
        CHECK(response.head.status() == 301);
        CHECK(field(response, "Location") == location);
        CHECK(place.ask("GET " + location + " HTTP/1.1").head.status() == 200);
    }
    CHECK_FALSE(field(place.ask("GET / HTTP/1.1"), "Location"));
}

TEST_CASE("The connection persists according to the version and the Connection field",
          "[webserver][answer]")
{
    const AnsweringSite place;
    struct Row {
        const char* line;
        const char* lines;
        bool keep_alive;
        Value connection;
    };
    for (const auto& [line, lines, keep_alive, connection] : {
             Row{"GET / HTTP/1.1", "", true, {}},
             {"GET / HTTP/1.1", "Connection: close\r\n", false, "close"},
             {"GET / HTTP/1.0", "", false, "close"},
             {"GET / HTTP/1.0", "Connection: keep-alive\r\n", true, "keep-alive"},
             {"GET /nothing HTTP/1.0", "Connection: keep-alive\r\n", true, "keep-alive"},
             {"HEAD / HTTP/1.0", "Connection: keep-alive\r\n", true, "keep-alive"},
             {"OPTIONS * HTTP/1.1", "Connection: close\r\n", false, "close"},
             {"GET / HTTP/1.1", "Content-Length: 0\r\n", true, {}},
         }) {
        CAPTURE(line, lines);
        const Response response = place.ask(line, lines);
        CHECK(response.keep_alive == keep_alive);
        CHECK(field(response, "Connection") == connection);
    }
    CHECK_FALSE(place.ask("GET / HTTP/1.1", "Content-Length: 5\r\n", false).keep_alive);
}

TEST_CASE("A modification time in the future is sent as the current time", "[webserver][answer]")
{
    const AnsweringSite place; // RFC 9110 §8.8.2.1: no later than Date
    fs::last_write_time(place.scratch.path() / "empty",
                        fs::file_time_type::clock::now() + std::chrono::hours(1));
    const Response response = place.ask("GET /empty HTTP/1.1");
    const auto modified = http::parse_date(field(response, "Last-Modified").value_or(""));
    const auto date = http::parse_date(field(response, "Date").value_or(""));
    REQUIRE(modified);
    REQUIRE(date);
    CHECK(std::chrono::abs(*date - *modified) <= std::chrono::seconds(5));
    CHECK(*modified <= *date);
}

TEST_CASE("A malformed request gets an explanation, and the connection closes",
          "[webserver][answer]")
{
    const Response response = webserver::refuse({431, "The <head> is too long."}, {}, http::now());
    CHECK(response.head.status() == 431);
    CHECK_THAT(content(response), Contains("<h1>431 Request Header Fields Too Large</h1>"));
    CHECK_THAT(content(response), Contains("The &lt;head&gt; is too long."));
    CHECK(field(response, "Content-Length") == std::to_string(content(response).size()));
    CHECK(field(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(field(response, "Connection") == "close");
    CHECK(field(response, "Date"));
    CHECK_FALSE(response.keep_alive);
}

TEST_CASE("A preflight is told that everything it asks for is permitted", "[webserver][answer]")
{
    AnsweringSite place;
    const std::string asked = "Origin: http://a.example\r\n"
                              "Access-Control-Request-Method: GET\r\n"
                              "Access-Control-Request-Headers: x-own, range\r\n";
    CHECK_FALSE(field(place.ask("OPTIONS / HTTP/1.1", asked), "Access-Control-Allow-Methods"));
    place.settings.cors = true;
    const Response permitted = place.ask("OPTIONS / HTTP/1.1", asked);
    CHECK(permitted.head.status() == 204);
    CHECK(field(permitted, "Access-Control-Allow-Methods") == "GET, HEAD, OPTIONS");
    CHECK(field(permitted, "Access-Control-Allow-Headers") == "x-own, range");
    CHECK(field(permitted, "Access-Control-Max-Age") == "600");
    const Response plain = place.ask("OPTIONS / HTTP/1.1");
    CHECK_FALSE(field(plain, "Access-Control-Allow-Methods"));
}

TEST_CASE("Where only a compressed copy is there, it is sent to those who accept it",
          "[webserver][answer]")
{
    const AnsweringSite place;
    place.scratch.write("app.js.gz", "zipped");
    place.scratch.write("game.wasm.br", "brotli");
    place.scratch.write("picture.svgz", "zipped");
    place.scratch.write(".secret.gz", "hidden");
    struct Row {
        std::string path, accepted;
        int status;
        Value type, coding, vary;
    };
    const Value none;
    for (const auto& [path, accepted, status, type, coding, vary] : {
             Row{"/app.js", "gzip", 200, "text/javascript; charset=utf-8", "gzip",
                 "Accept-Encoding"},
             {"/app.js", "br", 406, "text/html; charset=utf-8", none, "Accept-Encoding"},
             {"/app.js.gz", "", 200, "application/gzip", none, none},
             {"/game.wasm", "br", 200, "application/wasm", "br", "Accept-Encoding"},
             {"/game.wasm.br", "", 200, "application/wasm", "br", none}, // as Unity's loader asks
             {"/picture.svgz", "", 200, "image/svg+xml", "gzip", none},
             {"/.secret", "gzip", 404, "text/html; charset=utf-8", none, none},
             {"/none", "gzip", 404, "text/html; charset=utf-8", none, none},
         }) {
        CAPTURE(path, accepted);
        const Response response =
            place.ask("GET " + path + " HTTP/1.1", "Accept-Encoding: " + accepted + "\r\n");
        CHECK(response.head.status() == status);
        CHECK(field(response, "Content-Type") == type);
        CHECK(field(response, "Content-Encoding") == coding);
        CHECK(field(response, "Vary") == vary);
    }
}
