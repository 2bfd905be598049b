#include "proxy/cache/storability.h"

#include "tests/unit/cached.h"

using cached::date;
using cached::Request;
using cached::Response;
using proxy::why_not_stored;
using namespace std::chrono_literals;

namespace {

std::string names_of(const std::vector<http::Field>& fields)
{
    std::string names;
    for (const auto& field : fields)
        names += std::string(field.name) + " ";
    return names;
}

} // namespace

TEST_CASE("Storability depends on the request, the status and the fields", "[proxy][storability]")
{
    struct Row {
        std::string request;
        int status;
        std::string response, why;
    };
    const std::string fresh = "Cache-Control: max-age=60\n";
    for (const auto& [request, status, response, why] : {
             Row{"", 200, fresh, ""},
             {"", 200, "Cache-Control: s-maxage=60\n", ""},
             {"", 200, "Expires: " + date(60s) + "\n", ""},
             {"", 200, "", ""}, // useful when the origin fails
             {"", 200, "ETag: \"a\"\n", ""},
             {"", 200, "Set-Cookie: a\n", "no lifetime"},
             {"Cookie: a\n", 200, "", "no lifetime"},
             {"Cookie: a\n", 200, "ETag: \"a\"\n", ""},
             {"Cookie: a\n", 200, fresh + "Set-Cookie: a\n", ""},
             {"", 200, fresh + "Cache-Control: no-store\n", "no-store"},
             {"", 200, fresh + "Cache-Control: No-StOrE\n", "no-store"},
             {"", 200, fresh + "Cache-Control: private\n", "private"},
             {"", 200, fresh + "Cache-Control: private=\"a\"\n", ""},
             {"", 200, fresh + "Cache-Control: no-cache\n", ""},
             {"Cache-Control: no-store\n", 200, fresh, "request no-store"},
             {"Cache-Control: no-cache\n", 200, fresh, ""},
             // Authorization, RFC 9111 §3.5
             {"Authorization: x\n", 200, fresh, "authorization"},
             {"Authorization: x\n", 200, "Expires: " + date(60s) + "\n", "authorization"},
             {"Authorization: x\n", 200, fresh + "Cache-Control: public\n", ""},
             {"Authorization: x\n", 200, fresh + "Cache-Control: must-revalidate\n", ""},
             {"Authorization: x\n", 200, "Cache-Control: s-maxage=60\n", ""},
             {"Authorization: x\n", 200, fresh + "Cache-Control: proxy-revalidate\n",
              "authorization"},
             // Vary
             {"", 200, fresh + "Vary: Accept\n", ""},
             {"", 200, fresh + "Vary: *\n", "vary *"},
             {"", 200, fresh + "Vary: , *\n", "vary *"},
             {"", 200, fresh + "Vary: Accept\nVary: *\n", "vary *"},
             // statuses
             {"", 301, fresh, ""},
             {"", 302, fresh, ""},
             {"", 302, "", "no lifetime"},
             {"", 404, "", ""},
             {"", 503, fresh, ""},
             {"", 503, "", "no lifetime"},
             {"", 599, fresh, ""},
             {"", 599, "Cache-Control: public\n", ""},
             {"", 304, fresh, "status"},
             {"", 101, fresh, "status"},
             {"", 401, fresh, "status"},
             {"", 412, fresh, "status"},
             {"", 206, fresh + "Content-Range: bytes 0-4/10\n", ""},
             {"", 206, fresh + "Content-Range: bytes 0-4/10\nContent-Length: 5\n", ""},
             {"", 206, fresh + "Content-Range: bytes 0-4/10\nContent-Length: 6\n", "content range"},
             {"", 206, fresh + "Content-Range: bytes 0-4/*\n", "content range"},
             {"", 206, fresh + "Content-Type: multipart/byteranges; boundary=a\n", "several parts"},
             // must-understand
             {"", 200, fresh + "Cache-Control: must-understand, no-store\n", ""},
             {"", 599, fresh + "Cache-Control: must-understand\n", "status"},
             {"", 599, fresh + "Cache-Control: must-understand, no-store\n", "no-store"},
         }) {
        CAPTURE(request, status, response);
        CHECK(why_not_stored(Request(request).view(), Response(response, status).view()) == why);
    }
}

TEST_CASE("Only responses to GET are stored, and to POST with the target's Content-Location",
          "[proxy][storability]")
{
    const std::string fresh = "Cache-Control: max-age=60\n";
    for (const std::string_view method : {"HEAD", "PUT", "DELETE", "OPTIONS", "get"})
        CHECK(why_not_stored(Request("", method).view(), Response(fresh).view()) == "method");

    const Request post("", "POST");
    CHECK(why_not_stored(post.view(), Response(fresh).view()) == "method");
    for (const std::string location :
         {"/b/c", "c", "http://a.example/b/c", "HTTP://A.example:80/b/c"})
        CHECK(why_not_stored(post.view(),
                             Response(fresh + "Content-Location: " + location + "\n").view())
                  .empty());
    CHECK(why_not_stored(post.view(), Response(fresh + "Content-Location: /b\n").view()) ==
          "method");
    CHECK(why_not_stored(post.view(), Response("Content-Location: /b/c\n").view()) == "method");
}

TEST_CASE("Hop-by-hop fields and excluded fields are not stored", "[proxy][storability]")
{
    const Response response("Connection: a, close\nA: 1\nB: 2\nC: 3\nD: 4\nAge: 5\n"
                            "Keep-Alive: x\nUpgrade: x\nContent-Length: 6\nTrailer: x\n"
                            "Proxy-Connection: x\nTransfer-Encoding: chunked\n"
                            "Cache-Control: no-cache=\"b\", private=\"C, X\"\nSet-Cookie: y\n");
    CHECK(names_of(stored_fields(response.view())) == "D Age Cache-Control Set-Cookie ");
}
