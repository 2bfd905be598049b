#include "webserver/site/content_type.h"

#include "catch.h"

using webserver::content_type;

TEST_CASE("A page that declares its charset is not overruled", "[webserver][content_type]")
{
    struct Row {
        std::string_view name, beginning, type;
    };
    constexpr std::string_view utf8 = "text/html; charset=utf-8";
    for (const auto& [name, beginning, type] : {
             Row{"a.html", "", utf8},
             {"a.html", "<p>no declaration", utf8},
             {"a.html", "<meta charset=iso-8859-1>", "text/html"},
             {"a.html", "<meta charset=\"UTF-8\">", utf8},
             {"a.html", "<meta charset=utf-8><meta charset=latin1>", utf8}, // the first one counts
             {"a.html", "<meta charset=\"\"><meta charset=latin1>", "text/html"},
             {"a.html", "<META\n CHARSET = 'latin1'>", "text/html"},
             {"a.html", "<meta http-equiv=content-type content=\"text/html; charset=koi8-r\">",
              "text/html"},
             {"a.html", "<!-- <meta charset=latin1> -->", utf8},
             {"a.html", "<!-- > --><meta charset=latin1>", "text/html"},
             {"a.html", "<!--><meta charset=latin1>", "text/html"},
             {"a.html", "<!-- <meta charset=latin1>", utf8},
             {"a.html", "<meta name=description content=charset><p>=", utf8},
             {"a.html", "<meta", utf8},
             {"a.html", "\xff\xfe<", "text/html"},
             {"a.txt", "\xfe\xff", "text/plain"},
             {"a.txt", "\xef\xbb\xbf", "text/plain; charset=utf-8"},
             {"a.txt", "<meta charset=latin1>", "text/plain; charset=utf-8"},
             {"a.css", "@charset \"latin1\";", "text/css"},
             {"a.css", " @charset \"latin1\";", "text/css; charset=utf-8"},
             {"a.png", "<meta charset=latin1>", "image/png"},
         }) {
        CAPTURE(name, beginning);
        CHECK(content_type(name, beginning, {}) == type);
    }
    const std::string late = std::string(webserver::prescan_size, ' ') + "<meta charset=latin1>";
    CHECK(content_type("a.html", late, {}) == utf8);
}

TEST_CASE("The user's types come first", "[webserver][content_type]")
{
    const webserver::TypeOptions options{
        .by_extension = {{"foo", "text/x-foo"}, {"TXT", "text/plain; charset=latin1"}},
        .otherwise = "text/plain"};
    struct Row {
        std::string_view name, type;
    };
    for (const auto& [name, type] : {
             Row{"a.foo", "text/x-foo; charset=utf-8"},
             {"a.FOO", "text/x-foo; charset=utf-8"},
             {"a.foo.br", "text/x-foo; charset=utf-8"},
             {"a.txt", "text/plain; charset=latin1"},
             {"README", "text/plain; charset=utf-8"},
             {"folder.foo/README", "text/plain; charset=utf-8"},
             {"a.png", "image/png"},
         }) {
        CAPTURE(name);
        CHECK(content_type(name, {}, options) == type);
    }
}

TEST_CASE("Two endings stand for a content coding", "[webserver][content_type]")
{
    CHECK(webserver::content_coding("a.svgz") == "gzip");
    CHECK(webserver::content_coding("a.wasm.br") == "br");
    for (const char* name : {"a.svg", "a.js.gz", "a.tar.zst", "br", "a.brx", ""}) {
        CAPTURE(name);
        CHECK(webserver::content_coding(name).empty());
    }
}
