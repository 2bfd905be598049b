#include "proxy/cache/invalidation.h"

#include "tests/unit/cached.h"

using cached::Request;
using cached::Response;
using Urls = std::vector<std::string>;

namespace {

Urls invalidated(std::string_view method, const std::string& fields, int status = 200)
{
    const Request request("", method);
    return proxy::invalidated_by(request.view(), Response(fields, status).view());
}

} // namespace

TEST_CASE("A successful unsafe request invalidates its target", "[proxy][invalidation]")
{
    const Urls target = {"http://a.example/b/c"};
    for (const std::string_view method : {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "get"}) {
        CHECK(invalidated(method, "") == target);
        CHECK(invalidated(method, "", 303) == target);
        CHECK(invalidated(method, "", 400).empty());
        CHECK(invalidated(method, "", 500).empty());
    }
    for (const std::string_view method : {"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"})
        CHECK(invalidated(method, "Location: /x\n").empty());
}

TEST_CASE("It also invalidates Location and Content-Location of the same origin",
          "[proxy][invalidation]")
{
    struct Row {
        std::string reference;
        const char* url; // nothing: not invalidated
    };
    for (const auto& [reference, url] : {
             Row{"x", "http://a.example/b/x"},
             {"/x?y", "http://a.example/x?y"},
             {"../x", "http://a.example/x"},
             {"?y", "http://a.example/b/c?y"},
             {"http://a.example/x", "http://a.example/x"},
             {"http://A.EXAMPLE:80/x#y", "http://a.example/x"},
             {"//a.example/x", "http://a.example/x"},
             {"http://b.example/x", nullptr},
             {"http://a.example:81/x", nullptr},
             {"https://a.example/x", nullptr},
             {"mailto:a@a.example", nullptr},
         }) {
        for (const std::string name : {"Location", "content-location"}) {
            CAPTURE(name, reference);
            Urls urls = {"http://a.example/b/c"};
            if (url != nullptr) urls.emplace_back(url);
            CHECK(invalidated("POST", name + ": " + reference + "\n", 201) == urls);
        }
    }
}
