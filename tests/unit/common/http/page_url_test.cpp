#include "common/http/page_url.h"

#include "catch.h"

using http::canonical_url;
using http::resolve_reference;
using http::url_from_user;

TEST_CASE("A page has one URL, however it is spelled", "[webserver][page_url]")
{
    const auto [text, canonical] = GENERATE(table<std::string, std::string>({
        {"http://example.org", "http://example.org/"},
        {"HTTP://EXAMPLE.org/A", "http://example.org/A"},
        {"http://example.org:80/", "http://example.org/"},
        {"https://example.org:443/", "https://example.org/"},
        {"http://example.org:443/", "http://example.org:443/"},
        {"http://example.org:/", "http://example.org/"},
        {"http://example.org?q", "http://example.org/?q"},
        {"http://example.org/a/../b/./c?d/../e", "http://example.org/b/c?d/../e"},
        {"http://example.org/..", "http://example.org/"},
        {"http://example.org/a/..", "http://example.org/"},
        {"http://example.org/a/.", "http://example.org/a/"},
        {"http://example.org/../../a", "http://example.org/a"},
        {"http://example.org//a//", "http://example.org//a//"},
        {"http://example.org/a#b", "http://example.org/a"},
        {" http://example.org/a b ", "http://example.org/a%20b"},
        {"http://example.org/\xc3\xa4%C3%A4", "http://example.org/%C3%A4%C3%A4"},
        {"http://example.org/<\"^`{|}>\\", "http://example.org/%3C%22%5E%60%7B%7C%7D%3E%5C"},
        {"http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"},
    }));
    CAPTURE(text);
    CHECK(canonical_url(text) == canonical);
    CHECK(canonical_url(canonical) == canonical);
}

TEST_CASE("Text that is not an http or https URL has no canonical form", "[webserver][page_url]")
{
    const std::string text =
        GENERATE("", "example.org", "http:/example.org/", "http://", "http:///a", "ftp://a/",
                 "file:///etc/passwd", "javascript:alert(1)", "http://user@example.org/",
                 "http://example.org:99999/",
                 "http://b\xc3\xbc"
                 "cher.example/");
    CAPTURE(text);
    CHECK_FALSE(canonical_url(text));
}

TEST_CASE("References are resolved as in RFC 3986", "[webserver][page_url]")
{
    const std::string base = "http://a/b/c/d;p?q"; // RFC 3986 §5.4's examples
    const auto [reference, target] = GENERATE(table<std::string, std::string>({
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"g#s", "http://a/b/c/g"},
        {"#s", "http://a/b/c/d;p?q"},
        {";x", "http://a/b/c/;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"g?http://b/", "http://a/b/c/g?http://b/"},
        {"https://B:443/x", "https://b/x"},
    }));
    CAPTURE(reference);
    CHECK(resolve_reference(base, reference) == target);
}

TEST_CASE("References to other schemes are rejected", "[webserver][page_url]")
{
    const std::string reference =
        GENERATE("ftp://a/", "mailto:a@b", "file:///etc/passwd", "javascript:alert(1)", "data:,x",
                 "http:g", "//", "https://user:password@b/");
    CAPTURE(reference);
    CHECK_FALSE(resolve_reference("http://a/b", reference));
}

TEST_CASE("A typed address needs no scheme", "[webserver][page_url]")
{
    CHECK(url_from_user("example.org") == "http://example.org/");
    CHECK(url_from_user(" example.org:8080/a b ") == "http://example.org:8080/a%20b");
    CHECK(url_from_user("https://example.org") == "https://example.org/");
    CHECK_FALSE(url_from_user(""));
    CHECK_FALSE(url_from_user("ftp://example.org"));
    CHECK_FALSE(url_from_user("two words"));
}
