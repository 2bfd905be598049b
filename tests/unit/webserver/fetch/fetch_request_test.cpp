#include "webserver/fetch/fetch_request.h"

#include "catch.h"

#include <ostream>

#include "webserver/site/access.h"

using webserver::FetchPolicy;
using webserver::parse_fetch_request;
using Kind = webserver::FetchRequest::Kind;

namespace {

/// Owns the text that the head has views of.
class OutgoingRequest {
public:
    explicit OutgoingRequest(const std::string& target, const std::string& fields = "",
                             const std::string& method = "GET",
                             const std::string& host = "localhost:6789")
        : text_(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n")
    {
        CAPTURE(text_);
        auto parsed = http::parse_request(text_);
        REQUIRE(std::holds_alternative<http::RequestHead>(parsed));
        head_ = std::get<http::RequestHead>(std::move(parsed));
    }
    OutgoingRequest(const OutgoingRequest&) = delete;
    OutgoingRequest& operator=(const OutgoingRequest&) = delete;
    ~OutgoingRequest() = default;

    [[nodiscard]] const http::RequestHead& head() const { return head_; }

private:
    std::string text_;
    http::RequestHead head_;
};

const net::Address here = net::resolve("127.0.0.1", 1, SOCK_STREAM).front();
const net::Address elsewhere = net::resolve("192.0.2.1", 1, SOCK_STREAM).front();

bool is_refused(const OutgoingRequest& request, const net::Address& client = here,
                FetchPolicy fetching = FetchPolicy::local)
{
    return fetch_refusal(request.head(), client, fetching).has_value();
}

} // namespace

TEST_CASE("A fetch request is parsed from the target", "[webserver][fetch_request]")
{
    struct Row {
        std::string target;
        Kind kind;
        std::string url;
    };
    const auto row = GENERATE(values<Row>({
        {"/http://a.example/", Kind::page, "http://a.example/"},
        {"/https://a.example/b?c=d", Kind::page, "https://a.example/b?c=d"},
        {"/http://a.example/?u=http://b/", Kind::page, "http://a.example/?u=http://b/"},
        {"http://localhost:6789/http://a.example/b", Kind::page, "http://a.example/b"},
        {"/http://a.example", Kind::canonical, "http://a.example/"},
        {"/HTTP://A.example:80/b", Kind::canonical, "http://a.example/b"},
        {"/http://a.example/b/../c", Kind::canonical, "http://a.example/c"},
        {"/http://", Kind::bad_url, ""},
        {"/http:///a", Kind::bad_url, ""},
        {"/http://user@a.example/", Kind::bad_url, ""},
        {"/-/fetch?url=http%3A%2F%2Fa.example%2Fb+c", Kind::form, "http://a.example/b%20c"},
        {"/-/fetch?x=y&url=a.example", Kind::form, "http://a.example/"},
        {"/-/fetch", Kind::bad_url, ""},
        {"/-/fetch?url=", Kind::bad_url, ""},
        {"/-/fetch?url=%zz", Kind::bad_url, ""},
        {"/-/fetch?url=javascript:alert(1)", Kind::bad_url, ""},
        {"/-/saved", Kind::list, ""},
    }));
    CAPTURE(row.target);
    const OutgoingRequest request(row.target);
    const auto fetch_request = parse_fetch_request(request.head());
    REQUIRE(fetch_request);
    CHECK((fetch_request->kind == row.kind));
    CHECK(fetch_request->url == row.url);
}

TEST_CASE("Other paths and methods belong to the site", "[webserver][fetch_request]")
{
    const std::string target =
        GENERATE("/", "/a.html", "/http:/a.example/", "/http%3A//a.example/", "/ftp://a.example/",
                 "/x/http://a.example/", "/-/live", "//http://a.example/", "/?/http://a.example/",
                 "http://a.example/", "http://a.example", "/httpx://a/", "/http:");
    CAPTURE(target);
    CHECK_FALSE(parse_fetch_request(OutgoingRequest(target).head()));
    CHECK(parse_fetch_request(OutgoingRequest("/http://a.example/", "", "HEAD").head()));
    CHECK_FALSE(parse_fetch_request(OutgoingRequest("/http://a.example/", "", "POST").head()));
    CHECK_FALSE(parse_fetch_request(OutgoingRequest("*", "", "OPTIONS").head()));
}

TEST_CASE("Root-relative links of a saved page lead to its origin", "[webserver][fetch_request]")
{
    const auto own = [](const std::string& target, const std::string& referer) {
        const OutgoingRequest request(target, "Referer: " + referer + "\r\n");
        const auto fetch_request = parse_fetch_request(request.head());
        return fetch_request && fetch_request->kind == Kind::own_link ? fetch_request->url : "";
    };
    const std::string page = "http://localhost:6789/https://a.example:1/b/c?d";
    CHECK(own("/style.css?v=1", page) == "https://a.example:1/style.css?v=1");
    CHECK(own("/", page) == "https://a.example:1/");
    CHECK(own("/-/saved", page).empty()); // this server's own pages are not fetched
    CHECK(own("/-/live", page).empty());
    CHECK(own("/style.css", "http://localhost:6789/page.html").empty());
    CHECK(own("/style.css", "http://localhost:1/http://a.example/").empty());
    CHECK(own("/style.css", "http://evil.example/http://a.example/").empty());
    CHECK(own("/style.css", "http://a.example/").empty());
    CHECK(own("/style.css", "nonsense").empty());
}

TEST_CASE("Clients on this machine may fetch, under each name of the machine",
          "[webserver][admission]")
{
    const std::string host = GENERATE("localhost", "localhost:6789", "LOCALHOST:1", "127.0.0.1:80",
                                      "127.8.9.1", "[::1]:6789", "site.localhost:6789");
    CAPTURE(host);
    CHECK_FALSE(is_refused(OutgoingRequest("/", "", "GET", host)));
    CHECK_FALSE(is_refused(OutgoingRequest("/", "Sec-Fetch-Site: none\r\n", "GET", host)));
    CHECK_FALSE(is_refused(OutgoingRequest("/", "Sec-Fetch-Site: same-origin\r\n", "GET", host)));
    CHECK_FALSE(is_refused(OutgoingRequest("/", "Origin: http://" + host + "\r\n", "GET", host)));
}

TEST_CASE("Pages of other sites may not fetch", "[webserver][admission]")
{
    const std::string fields =
        GENERATE("Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
                 "Sec-Fetch-Site: \r\n", "Origin: null\r\n", "Origin: http://evil.example\r\n",
                 "Origin: https://localhost:6789\r\n", "Origin: http://localhost:1\r\n",
                 "Sec-Fetch-Site: same-origin\r\nOrigin: http://evil.example\r\n");
    CAPTURE(fields);
    CHECK(is_refused(OutgoingRequest("/", fields)));
    CHECK(is_refused(OutgoingRequest("/", fields), here, FetchPolicy::all));
}

TEST_CASE("A foreign host name may not fetch (DNS rebinding)", "[webserver][admission]")
{
    const std::string host = GENERATE("evil.example", "evil.example:6789", "localhost.evil.example",
                                      "192.0.2.1", "127.0.0.1.evil.example", "1.127.0.0", "[::2]",
                                      "[::ffff:127.0.0.1]", "notlocalhost", "127.1");
    CAPTURE(host);
    CHECK(is_refused(OutgoingRequest("/", "", "GET", host)));
    CHECK_FALSE(is_refused(OutgoingRequest("/", "", "GET", host), here, FetchPolicy::all));
}

TEST_CASE("Remote clients may fetch only with --fetch=all, and no client with --fetch=off",
          "[webserver][admission]")
{
    const OutgoingRequest request("/");
    CHECK(is_refused(request, elsewhere));
    CHECK_FALSE(is_refused(request, elsewhere, FetchPolicy::all));
    CHECK(is_refused(request, here, FetchPolicy::off));
    CHECK(is_refused(request, elsewhere, FetchPolicy::off));
}
