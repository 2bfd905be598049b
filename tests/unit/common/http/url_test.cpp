#include "common/http/url.h"

#include "catch.h"

using namespace std::string_literals;
using http::parse_authority;
using http::parse_url;
using http::percent_decode;
using http::percent_encode_path;
using Port = std::optional<std::uint16_t>;

TEST_CASE("Percent-encoding is decoded once", "[common][http][url]")
{
    struct Row {
        std::string_view text;
        std::optional<std::string> decoded;
    };
    for (const auto& [text, decoded] : {
             Row{"", ""},
             {"/plain+text", "/plain+text"}, // + is a space in forms only
             {"%41", "A"},
             {"a%20b%2Fc%2f", "a b/c/"},
             {"%C3%a4", "ä"},
             {"%00", "\0"s},
             {"%252e", "%2e"},
             {"%ff", "\xff"},
             {"%", std::nullopt},
             {"%4", std::nullopt},
             {"a%", std::nullopt},
             {"a%4", std::nullopt},
             {std::string_view("%41", 2), std::nullopt}, // the bytes after the view are not read
             {"%g0", std::nullopt},
             {"%0g", std::nullopt},
             {"%%41", std::nullopt},
             {"%+1", std::nullopt},
             {"% 1", std::nullopt},
             {"%0x41", std::nullopt},
             {"%u0041", std::nullopt},
         }) {
        CAPTURE(text);
        CHECK(percent_decode(text) == decoded);
    }
}

TEST_CASE("An encoded path decodes to the original, and only necessary bytes are encoded",
          "[common][http][url]")
{
    const std::string unreserved = "ABCXYZabcxyz0189-._~"s;
    CHECK(percent_encode_path(unreserved + "!$&'()*+,;=:@/") == unreserved + "!$&'()*+,;=:@/");
    CHECK(percent_encode_path("/a b/ä?#[]%\\\"<>^`{|}") ==
          "/a%20b/%C3%A4%3F%23%5B%5D%25%5C%22%3C%3E%5E%60%7B%7C%7D");

    std::string all;
    for (int c = 0; c < 256; ++c)
        all += static_cast<char>(c);
    const std::string encoded = percent_encode_path(all);
    CHECK(percent_decode(encoded) == all);
    for (const char c : encoded)
        CHECK((c > ' ' && c < 0x7f));
}

TEST_CASE("An authority is a host and an optional port", "[common][http][url]")
{
    struct Row {
        std::string_view text, host;
        Port port;
    };
    for (const auto& [text, host, port] : {
             Row{"example.org", "example.org", {}},
             {"example.org:80", "example.org", 80},
             {"example.org:", "example.org", {}}, // RFC 3986 §3.2.3: an empty port is no port
             {"example.org:0", "example.org", 0},
             {"example.org:00080", "example.org", 80},
             {"example.org:65535", "example.org", 65535},
             {"192.0.2.1:8080", "192.0.2.1", 8080},
             {"[::]", "[::]", {}},
             {"[2001:db8::1]:443", "[2001:db8::1]", 443},
             {"[2001:db8::1]:", "[2001:db8::1]", {}},
             {"[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]", {}},
             {"[v1.a:b]", "[v1.a:b]", {}},
             {"xn--bcher-kva.example", "xn--bcher-kva.example", {}},
             {"b%C3%BCcher", "b%C3%BCcher", {}},
             {"a_b!$&'()*+,;=~", "a_b!$&'()*+,;=~", {}},
         }) {
        CAPTURE(text);
        const auto authority = parse_authority(text);
        REQUIRE(authority);
        CHECK(authority->host == host);
        CHECK(authority->port == port);
    }
}

TEST_CASE("Text that is not an authority is refused", "[common][http][url]")
{
    for (const auto& text :
         {""s,         ":"s,          ":80"s,         "a:65536"s,   "a:99999999999999999999"s,
          "a:-1"s,     "a:+1"s,       "a: 1"s,        "a:1 "s,      "a:0x50"s,
          "a:80:80"s,  "a:http"s,     "a b"s,         " a"s,        "a\t"s,
          "a/b"s,      "a?b"s,        "a#b"s,         "user@a"s,    "user:secret@a"s,
          "a@"s,       "a\\b"s,       "a\"b"s,        "a<b"s,       "a,b\r\n"s,
          "a\0b"s,     "a\x7f"s,      "b\xc3\xbc"s,   "a%"s,        "a%4"s,
          "a%zz"s,     "::1"s,        "2001:db8::1"s, "["s,         "[]"s,
          "[::1"s,     "::1]"s,       "[::1]x"s,      "[::1]x:80"s, "[::1]80"s,
          "x[::1]"s,   "[::1]:x"s,    "[[::1]]"s,     "[::1]]"s,    "[::1 ]"s,
          "[::1/64]"s, "[::1]:65536"s}) {
        CAPTURE(text);
        CHECK_FALSE(parse_authority(text));
    }
}

TEST_CASE("A URL is split into its parts, and nothing in it is changed", "[common][http][url]")
{
    struct Row {
        std::string_view text, scheme, host;
        Port port;
        std::string_view path, query;
    };
    for (const auto& [text, scheme, host, port, path, query] : {
             Row{"http://a", "http", "a", {}, "", ""},
             {"http://a/", "http", "a", {}, "/", ""},
             {"https://a:8443/b/c.html?d=e", "https", "a", 8443, "/b/c.html", "?d=e"},
             {"HTTP://EXAMPLE.org/", "HTTP", "EXAMPLE.org", {}, "/", ""},
             {"HttpS://a", "HttpS", "a", {}, "", ""},
             {"http://a?q", "http", "a", {}, "", "?q"},
             {"http://a:80?q/r?s", "http", "a", 80, "", "?q/r?s"},
             {"http://a/?", "http", "a", {}, "/", "?"},
             {"http://a:/b", "http", "a", {}, "/b", ""},
             {"http://[2001:db8::1]:80/b", "http", "[2001:db8::1]", 80, "/b", ""},
             {"http://a/..//%2e%2e/%zz", "http", "a", {}, "/..//%2e%2e/%zz", ""},
             {"http://a/http://b@c:d", "http", "a", {}, "/http://b@c:d", ""},
         }) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE(url);
        CHECK(url->scheme == scheme);
        CHECK(url->host == host);
        CHECK(url->port == port);
        CHECK(url->path == path);
        CHECK(url->query == query);
    }
}

TEST_CASE("Text that is not an http or https URL is refused", "[common][http][url]")
{
    for (const auto& text : {""s,
                             "a"s,
                             "/"s,
                             "//a/"s,
                             "a:80"s,
                             "http"s,
                             "http:"s,
                             "http:/a"s,
                             "http:a"s,
                             "http//a"s,
                             "ftp://a/"s,
                             "httpss://a/"s,
                             " http://a/"s,
                             "://a/"s,
                             "http://"s,
                             "http:///"s,
                             "http://:80/"s,
                             "http://?q"s,
                             "http://a:65536/"s,
                             "http://a:b/"s,
                             "http://user@a/"s,
                             "http://user:secret@a/"s,
                             "http://user:80@a/"s,
                             "http://a/#fragment"s,
                             "http://a#fragment"s,
                             "http://a/?q#"s,
                             "http://a/b c"s,
                             "http://a/?b c"s,
                             "http://a b/"s,
                             "http://a/\r\nHost: b"s,
                             "http://a/\0"s,
                             "http://a/\x7f"s,
                             "http://a\\@b/"s,
                             "http://2001:db8::1/"s,
                             "http://[::1/"s}) {
        CAPTURE(text);
        CHECK_FALSE(parse_url(text));
    }
}
