// What a shared cache must and should do (RFC 9111, 9110, 5861), in the groups of the public
// conformance suite for caches.
#include "catch.h"

#include "tests/grade/proxy/cache_cases.h"

using grade::CacheCase;
using grade::check_cases;
using grade::date;
using grade::fresh;
using grade::stale;
using grade::Step;
using enum grade::Step::Expect;

namespace {

std::string dated()
{
    return "Date: " + date(0) + "\r\n";
}

std::string day_old()
{
    return "Last-Modified: " + date(-86'400) + "\r\n" + dated();
}

const std::string tagged = "ETag: \"abcd\"\r\n";

/// A response with these fields, and whether the next request reuses it.
CacheCase reuse(const std::string& fields, Step::Expect second, int status = 200)
{
    return {fields,
            {{.reply = fields, .status = status},
             {.reply = fresh, .expect = second, .status = status}}};
}

std::string control(const std::string& directives)
{
    return "Cache-Control: " + directives + "\r\n";
}

std::vector<CacheCase> reuses(const std::vector<std::pair<std::string, Step::Expect>>& rows)
{
    std::vector<CacheCase> cases;
    for (const auto& [fields, second] : rows)
        cases.push_back(reuse(fields, second));
    return cases;
}

} // namespace

TEST_CASE("cc-parse: Cache-Control is parsed strictly", "[proxy][cache][extra]")
{
    check_cases(reuses({
        {control("max-age=3600"), hit},
        {control("MaX-aGe=3600"), hit},
        {control("max-age=\"3600\""), hit},
        {control("max-age=003600"), hit},
        {control("max-age=2147483648"), hit},
        {control("max-age=99999999999"), hit},
        {control("max-age=99999999999999999999999999999"), hit},
        {control("foobar, max-age=3600"), hit},
        {control("foobar=\"a, b\", max-age=3600"), hit},
        {control("max-age=1800, max-age=0"), hit}, // the first counts
        {control("max-age=1800") + control("max-age=0"), hit},
        {control("max-age=0, max-age=1800"), miss},
        {control("max-age=0") + control("max-age=1800"), miss},
        {control("extension=\"max-age=3600\", max-age=0"), miss},
        {control("max-age=0, extension=\"max-age=3600\""), miss},
        {control("max-age='3600'"), miss},
        {control("max-age =3600"), miss},
        {control("max-age= 3600"), miss},
        {control("max-age=3600.0"), miss},
        {control("max-age=3600.5"), miss},
        {control("max-age=a3600"), miss},
        {control("max-age=3600a"), miss},
        {control("max-age=-3600"), miss},
        {control("max-age=0"), miss},
        {control("max-age"), miss},
    }));
}

TEST_CASE("cc-freshness: s-maxage takes precedence over max-age, max-age over Expires",
          "[proxy][cache][extra]")
{
    check_cases(reuses({
        {"", miss},
        {control("s-maxage=3600"), hit},
        {control("max-age=0, s-maxage=3600"), hit},
        {control("s-maxage=3600, max-age=0"), hit},
        {control("max-age=3600, s-maxage=0"), miss},
        {control("s-maxage=0, max-age=3600"), miss},
        {control("max-age=3600") + control("s-maxage=0"), miss},
        {fresh + "Expires: " + date(-10'000) + "\r\n" + dated(), hit},
        {fresh + "Expires: 0\r\n" + dated(), hit},
        {control("max-age=0") + "Expires: " + date(10'000) + "\r\n" + dated(), miss},
        {control("max-age=1000") + "Age: 1500\r\n" + dated(), miss},
        {control("max-age=1000") + "Age: 500\r\n" + dated(), hit},
        {control("max-age=1000") + "Date: " + date(-2000) + "\r\n", miss},
        {control("max-age=3600, public"), hit},
        {control("max-age=3600, immutable"), hit},
        {control("public"), miss},
    }));
}

TEST_CASE("age-parse: the first Age counts, and it must be a number", "[proxy][cache][extra]")
{
    check_cases(reuses({
        {fresh + "Age: 0\r\n", hit},
        {fresh + "Age: 7200\r\n", miss},
        {fresh + "Age: abc\r\n", hit},
        {fresh + "Age: -7200\r\n", hit},
        {fresh + "Age: 7200.0\r\n", hit},
        {fresh + "Age: 7200, 0\r\n", miss},
        {fresh + "Age: 7200\r\nAge: 0\r\n", miss},
        {fresh + "Age: 0, 7200\r\n", hit},
        {fresh + "Age: 0\r\nAge: 7200\r\n", hit},
        {fresh + "Age: 0, 0\r\n", hit},
        {fresh + "Age: 7200, 7200\r\n", miss},
        {fresh + "Age: 99999999999\r\n", miss},
    }));
}

TEST_CASE("expires, expires-parse: only the three date formats are valid", "[proxy][cache][extra]")
{
    const auto expires = [](const std::string& value) {
        return "Expires: " + value + "\r\n" + dated();
    };
    check_cases(reuses({
        {expires(date(86'400)), hit},
        {expires(date(-86'400)), miss},
        {expires(date(0)), miss},
        {"Expires: " + date(300) + "\r\nDate: " + date(400) + "\r\n", miss},
        {"Expires: " + date(100) + "\r\nDate: foo\r\n", hit},
        {"Expires: " + date(10) + "\r\nDate: " + date(-10) + "\r\nAge: 25\r\n", miss},
        {"Expires: " + date(20) + "\r\nDate: " + date(10) + "\r\nAge: 15\r\n", miss},
        {expires("0"), miss},
        {expires("-1"), miss},
        {expires("Thu, 18 Aug 2050 02:01:18 GMT"), hit},
        {expires("Thursday, 18-Aug-50 02:01:18 GMT"), hit},
        {expires("Thu Aug 18 02:01:18 2050"), hit},
        {expires("THU, 18 Aug 2050 02:01:18 GMT"), hit},
        {expires("Thu, 18 AUG 2050 02:01:18 GMT"), hit},
        {expires("Thu, 18 Aug 2050 02:01:18 gMT"), hit},
        {expires("Thu, 18 Aug 2050 02:01:18 UTC"), miss},
        {expires("Thu, 18 Aug 2050 02:01:18 AEST"), miss},
        {expires("Thu, 18 Aug 50 02:01:18 GMT"), miss},
        {expires("Thu 18 Aug 2050 02:01:18 GMT"), miss},
        {expires("Thu, 18  Aug  2050 02:01:18 GMT"), miss},
        {expires("Thu, 18-Aug-2050 02:01:18 GMT"), miss},
        {expires("Thu, 18 Aug 2050 02.01.18 GMT"), miss},
        {expires("Thu, 18 Aug 2050 2:01:18 GMT"), miss},
        {expires(date(86'400)) + "Expires: 0\r\n", hit},
        {"Expires: 0\r\n" + expires(date(86'400)), miss},
    }));
}

TEST_CASE("heuristic: a tenth of the time since Last-Modified, for some statuses",
          "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    for (const int status : {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
        cases.push_back(reuse(day_old(), hit, status));
    for (const int status : {201, 202, 302, 303, 307, 400, 403, 500, 502, 503, 504, 599})
        cases.push_back(reuse(day_old(), miss, status));
    cases.push_back(reuse(day_old() + control("public"), hit, 599));
    for (const long age : {600, 3600, 43'200})
        cases.push_back(reuse("Last-Modified: " + date(-age) + "\r\n" + dated(), hit));
    cases.push_back(reuse("Last-Modified: " + date(10) + "\r\n" + dated(), modified));
    cases.push_back(reuse(day_old() + "Set-Cookie: a=b\r\n", modified));
    cases.push_back(reuse(day_old() + "Content-Disposition: attachment\r\n", hit));
    check_cases(cases);
}

TEST_CASE("status: every final status is stored for its explicit lifetime", "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    for (const int status : {200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500,
                             502, 503, 504, 599}) {
        cases.push_back(reuse(fresh + day_old(), hit, status));
        cases.push_back(reuse("Expires: " + date(-5000) + "\r\n" + dated(), miss, status));
    }
    check_cases(cases);
}

TEST_CASE("cc-request: the request's own directives", "[proxy][cache][extra]")
{
    const auto asked_with = [](const std::string& stored, const std::string& directives,
                               Step::Expect second) {
        return CacheCase{stored + directives,
                         {{.reply = stored},
                          {.request = control(directives), .reply = fresh, .expect = second}}};
    };
    check_cases({
        asked_with(control("max-age=3600") + "Age: 1\r\n", "max-age=0", miss),
        asked_with(fresh + "Age: 1800\r\n", "max-age=600", miss),
        asked_with(fresh + "Age: 300\r\n", "max-age=600", hit),
        asked_with(stale, "max-stale=1000", hit),
        asked_with(stale, "max-stale", hit),
        asked_with(stale, "max-stale=1", miss),
        asked_with(control("max-age=1500") + "Age: 2000\r\n", "max-stale=1000", hit),
        asked_with(control("max-age=1500, must-revalidate") + "Age: 2000\r\n", "max-stale=1000",
                   miss),
        asked_with(control("max-age=1500"), "min-fresh=2000", miss),
        asked_with(control("max-age=1500"), "min-fresh=1000", hit),
        asked_with(control("max-age=1500") + "Age: 1000\r\n", "min-fresh=1000", miss),
        asked_with(fresh, "no-cache", miss),
        asked_with(fresh + tagged, "no-cache", etag),
        asked_with(fresh + day_old(), "no-cache", modified),
        asked_with(fresh, "no-store", miss),
        asked_with(fresh, "only-if-cached", hit),
        asked_with(fresh, "nothing-to-see-here", hit),
        {"only-if-cached without a stored response",
         {{.request = control("only-if-cached"),
           .expect = hit,
           .status = 504,
           .origin_closes = true}}},
        {"only-if-cached with a stale response",
         {{.reply = stale},
          {.request = control("only-if-cached"),
           .expect = hit,
           .status = 504,
           .origin_closes = true}}},
        {"no-store in a request: its response is not stored",
         {{.request = control("no-store"), .reply = fresh}, {.reply = fresh}}},
        {"no-cache in a request: the new response is stored",
         {{.reply = fresh},
          {.request = control("no-cache"), .reply = fresh},
          {.expect = hit, .response_body = "#1"}}},
    });
}

TEST_CASE("cc-response: the response's own directives", "[proxy][cache][extra]")
{
    auto cases = reuses({
        {control("private, max-age=3600"), miss},
        {control("no-store"), miss},
        {control("No-StOrE"), miss},
        {control("max-age=10000, no-store") + "Expires: " + date(10'000) + "\r\n" + dated(), miss},
        {control("max-age=10000, no-cache"), miss},
        {control("max-age=10000, No-CaChE"), miss},
        {control("no-cache") + tagged, etag},
        {control("max-age=10000, no-cache") + tagged, etag},
        {control("max-age=10000, must-revalidate") + tagged, hit},
        {control("max-age=2, must-revalidate") + "Age: 5\r\n" + tagged, etag},
        {control("max-age=10000, proxy-revalidate"), hit},
        {control("max-age=10000, must-understand"), hit},
        {control("max-age=10000, must-understand, no-store"), hit},
    });
    cases.push_back({"an older answer stays when the newer one is not stored",
                     {{.reply = stale + tagged},
                      {.reply = control("no-store"), .expect = etag, .response_body = "#1"},
                      {.reply = fresh, .expect = etag, .status = 304, .expected = 200}}});
    cases.push_back(
        {"no-cache names a field",
         {{.reply = fresh + control("no-cache=\"a\"") + "A: 1\r\nB: 2\r\n"},
          {.expect = hit, .response_has = "\r\nB: 2\r\n", .response_lacks = "\r\nA: 1"}}});
    cases.push_back(
        {"no-cache names several fields",
         {{.reply = fresh + control("no-cache=\"a, b\"") + "A: 1\r\nB: 2\r\nC: 3\r\n"},
          {.expect = hit, .response_has = "\r\nC: 3\r\n", .response_lacks = "\r\nB: 2"}}});
    cases.push_back(
        {"private names a field",
         {{.reply = fresh + control("private=\"a\"") + "A: 1\r\nB: 2\r\n"},
          {.expect = hit, .response_has = "\r\nB: 2\r\n", .response_lacks = "\r\nA: 1"}}});
    check_cases(cases);
}

TEST_CASE("pragma: no-cache counts in a request without Cache-Control", "[proxy][cache][extra]")
{
    const auto with = [](const std::string& pragma, const std::string& in_response,
                         Step::Expect second) {
        return CacheCase{pragma + in_response,
                         {{.reply = fresh + in_response},
                          {.request = pragma, .reply = fresh, .expect = second}}};
    };
    check_cases({
        with("Pragma: no-cache\r\n", "", miss),
        with("Pragma: unheard-of\r\n", "", hit),
        with("Pragma: no-cache\r\nCache-Control: max-age=60\r\n", "", hit),
        with("", "Pragma: no-cache\r\n", hit),
        with("", "Pragma: unheard-of\r\n", hit),
    });
}

TEST_CASE("auth: a response to a request with Authorization is shared only if marked so",
          "[proxy][cache][extra]")
{
    const auto told = [](const std::string& fields, Step::Expect second) {
        return CacheCase{fields,
                         {{.request = "Authorization: Basic Zm9vOmJhcg==\r\n",
                           .reply = fields,
                           .forwarded_has = "\r\nAuthorization: Basic Zm9vOmJhcg==\r\n"},
                          {.reply = fresh, .expect = second}}};
    };
    check_cases({
        told("Expires: " + date(86'400) + "\r\n" + dated(), miss),
        told(fresh, miss),
        told(control("max-age=3600, public"), hit),
        told(control("max-age=3600, must-revalidate"), hit),
        told(control("s-maxage=3600"), hit),
        told(control("max-age=3600, private"), miss),
    });
}

TEST_CASE("vary-parse: a Vary list with * matches no request", "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    for (const std::string vary : {"Vary: *\r\n", "Vary: *, *\r\n", "Vary: *\r\nVary: *\r\n",
                                   "Vary: , *\r\n", "Vary:\r\nVary: *\r\n", "Vary: *, Foo\r\n",
                                   "Vary: Foo, *\r\n", "Vary: Foo\r\nVary: *\r\n"})
        cases.push_back({vary,
                         {{.request = "Foo: 1\r\nBaz: 789\r\n", .reply = fresh + vary},
                          {.request = "Foo: 1\r\nBaz: 789\r\n", .reply = fresh + vary}}});
    check_cases(cases);
}

TEST_CASE("vary: the fields that Vary names select a variant", "[proxy][cache][extra]")
{
    const auto pair = [](const std::string& vary, const std::string& first,
                         const std::string& second, Step::Expect expected) {
        return CacheCase{vary + " " + first + second,
                         {{.request = first, .reply = fresh + "Vary: " + vary + "\r\n"},
                          {.request = second, .reply = fresh, .expect = expected}}};
    };
    const std::string one = "Foo: 1\r\n";
    const std::string vary = fresh + "Vary: Foo\r\n";
    check_cases({
        pair("Foo", one, one, hit),
        pair("foo", one, "FOO: 1\r\n", hit),
        pair("Foo", one, "Foo: 2\r\n", miss),
        pair("Foo", one, "", miss),
        pair("Foo", "", one, miss),
        pair("Foo", "", "", hit),
        pair("Foo", one + "Other: 2\r\n", one + "Other: 3\r\n", hit),
        pair("Foo, Bar", one + "Bar: a\r\n", one + "Bar: a\r\n", hit),
        pair("Foo, Bar", one + "Bar: a\r\n", "Bar: a\r\nFoo: 2\r\n", miss),
        pair("Foo, Bar", one, "", miss),
        pair("Foo, Bar, Baz", one + "Baz: 7\r\n", one + "Baz: 7\r\n", hit),
        pair("Foo, Bar, Baz", one + "Bar: a\r\nBaz: 7\r\n", one + "Bar: b\r\nBaz: 7\r\n", miss),
        pair("Foo", "Foo: 1,2\r\n", "Foo:  1, 2 \r\n", hit),
        pair("Foo", "Foo: 1, 2\r\n", "Foo: 1\r\nFoo: 2\r\n", hit),
        pair("Accept-Language", "Accept-Language: en, de\r\n", "Accept-Language: de, en\r\n", hit),
        pair("Accept-Language", "Accept-Language: en\r\n", "Accept-Language: EN\r\n", hit),
        pair("Accept-Language", "Accept-Language: en;q=0.5\r\n", "Accept-Language: en; q=0.5\r\n",
             hit),
        pair("Accept-Encoding", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n", miss),
        {"one variant does not replace the other",
         {{.request = one, .reply = vary},
          {.request = "Foo: 2\r\n", .reply = vary},
          {.request = one, .expect = hit},
          {.request = "Foo: 2\r\n", .expect = hit, .response_body = "#1"}}},
        {"Cache-Status reports a vary-miss",
         {{.request = one, .reply = vary}, {.reply = vary, .response_has = "; fwd=vary-miss"}}},
        {"a variant is validated with its own tag",
         {{.request = one, .reply = stale + tagged + "Vary: Foo\r\n"},
          {.request = one,
           .reply = fresh,
           .expect = etag,
           .status = 304,
           .expected = 200,
           .forwarded_has = "\r\nFoo: 1\r\n"}}},
    });
}

TEST_CASE("conditional-inm, conditional-lm: a matching condition of the client gets 304",
          "[proxy][cache][extra]")
{
    const auto ask = [](const std::string& stored, const std::string& request, int status) {
        return CacheCase{
            stored + request,
            {{.reply = fresh + stored}, {.request = request, .expect = hit, .expected = status}}};
    };
    const std::string inm = "If-None-Match: ";
    const std::string ims = "If-Modified-Since: ";
    const std::string changed = "Last-Modified: " + date(-3000) + "\r\n" + dated();
    check_cases({
        ask(tagged, inm + "\"abcd\"\r\n", 304),
        ask("ETag: W/\"abcd\"\r\n", inm + "W/\"abcd\"\r\n", 304),
        ask("ETag: W/\"abcd\"\r\n", inm + "\"abcd\"\r\n", 304),
        ask("ETag: \"abcd\xfc\"\r\n", inm + "\"abcd\xfc\"\r\n", 304),
        ask(tagged, inm + "\"abcd\", \"1\", \"2\"\r\n", 304),
        ask(tagged, inm + "\"1\", \"abcd\", \"2\"\r\n", 304),
        ask(tagged, inm + "\"1\", \"2\", \"abcd\"\r\n", 304),
        ask(tagged, inm + "\"1\"\r\n" + inm + "\"abcd\"\r\n", 304),
        ask(tagged, inm + "*\r\n", 304),
        ask(tagged, inm + "\"other\"\r\n", 200),
        ask(tagged, inm + "abcd\r\n", 200),
        ask(changed, ims + date(-3000) + "\r\n", 304),
        ask(changed, ims + date(-2000) + "\r\n", 304),
        ask(changed, ims + date(-4000) + "\r\n", 200),
        ask(dated(), ims + date(0) + "\r\n", 304),
        ask(changed, ims + "never\r\n", 200),
        ask(changed + tagged, inm + "\"abcd\"\r\n" + ims + date(-9000) + "\r\n", 304),
        ask(changed + tagged, inm + "\"other\"\r\n" + ims + date(0) + "\r\n", 200),
        {"a 304 has only the fields that a cache needs",
         {{.reply = fresh + tagged + "Content-Language: en\r\nVary: Foo\r\nX: y\r\n"},
          {.request = inm + "\"abcd\"\r\n",
           .expect = hit,
           .status = 304,
           .response_has = "\r\nETag: \"abcd\"\r\n",
           .response_lacks = "Content-L"}}},
        {"a stale response is validated first",
         {{.reply = stale + changed},
          {.request = ims + date(-3000) + "\r\n",
           .reply = fresh,
           .expect = modified,
           .status = 304}}},
        {"a client with an older response gets the validated stored one",
         {{.reply = stale + tagged},
          {.request = inm + "\"old\"\r\n",
           .reply = fresh + tagged,
           .expect = etag,
           .status = 304,
           .expected = 200,
           .forwarded_has = "\"abcd\", \"old\""}}},
        {"a client with a newer response gets the origin's 304",
         {{.reply = stale + tagged},
          {.request = inm + "\"new\"\r\n",
           .reply = fresh + "ETag: \"new\"\r\n",
           .expect = etag,
           .status = 304}}},
        {"conditions are forwarded when nothing is stored",
         {{.request = inm + "\"abcd\"\r\n",
           .reply = tagged,
           .status = 304,
           .forwarded_has = inm + "\"abcd\"\r\n"}}},
        {"If-Match is evaluated by the origin",
         {{.reply = fresh + tagged},
          {.request = "If-Match: \"abcd\"\r\n",
           .reply = fresh,
           .status = 412,
           .forwarded_has = "If-Match: \"abcd\"\r\n"},
          {.expect = hit}}},
    });
}

TEST_CASE("etag: validators are sent as received", "[proxy][cache][extra]")
{
    const auto confirm = [](const std::string& fields, const std::string& asked,
                            Step::Expect expected) {
        return CacheCase{fields,
                         {{.reply = stale + fields},
                          {.reply = fresh,
                           .expect = expected,
                           .status = 304,
                           .expected = 200,
                           .response_has = "; fwd=stale; fwd-status=304; stored",
                           .forwarded_has = asked},
                          {.expect = hit}}};
    };
    check_cases({
        confirm(tagged, "If-None-Match: \"abcd\"\r\n", etag),
        confirm("ETag: W/\"abcd\"\r\n", "If-None-Match: W/\"abcd\"\r\n", etag),
        confirm("ETag: \"ab,cd\"\r\n", "If-None-Match: \"ab,cd\"\r\n", etag),
        confirm(day_old(), "If-Modified-Since: ", modified),
        confirm(day_old() + tagged, "If-Modified-Since: ", etag),
        {"a 304 with another validator is not accepted",
         {{.reply = stale + tagged},
          {.reply = fresh + "ETag: \"other\"\r\n",
           .status = 304,
           .forwarded_lacks = "If-None-Match"}}},
        {"a 200 replaces the stored response",
         {{.reply = stale + tagged},
          {.reply = fresh, .expect = etag},
          {.expect = hit, .response_body = "#1"}}},
    });
}

TEST_CASE("headers-store: which fields are stored", "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    for (const std::string field : {"Test-Header: a",
                                    "X-Test-Header: a",
                                    "Content-Foo: a",
                                    "Content-Type: text/plain",
                                    "Content-Encoding: x-own",
                                    "Content-Language: en",
                                    "Content-Location: /foo",
                                    "Content-MD5: rL0Y20zC+Fzt72VPzMSk2A==",
                                    "Content-Security-Policy: default-src 'self'",
                                    "Content-Disposition: attachment",
                                    "X-Frame-Options: deny",
                                    "X-XSS-Protection: 1",
                                    "Clear-Site-Data: cookies",
                                    "Set-Cookie2: a=b",
                                    "ETag: \"a\"",
                                    "Expires: Fri, 01 Jan 2038 01:01:01 GMT",
                                    "Strict-Transport-Security: max-age=1",
                                    "WWW-Authenticate: Basic",
                                    "Public-Key-Pins: a",
                                    "Link: </a>; rel=next",
                                    "Age: 7"})
        cases.push_back(
            {field,
             {{.reply = fresh + field + "\r\n", .response_has = "\r\n" + field + "\r\n"},
              {.expect = hit, .response_has = "\r\n" + field.substr(0, field.find(':') + 1)}}});
    for (const std::string field :
         {"Keep-Alive: a", "Proxy-Authenticate: Basic", "Proxy-Authentication-Info: a",
          "Proxy-Authorization: a", "Proxy-Connection: a", "TE: a", "Upgrade: a", "Trailer: a"})
        cases.push_back({field,
                         {{.reply = fresh + field + "\r\n"},
                          {.expect = hit, .response_lacks = "\r\n" + field + "\r\n"}}});
    cases.push_back(
        {"what Connection names",
         {{.reply = fresh + "Connection: a, b\r\nA: 1\r\nB: 2\r\nC: 3\r\n"},
          {.expect = hit, .response_has = "\r\nC: 3\r\n", .response_lacks = "\r\nA: 1\r\n"}}});
    cases.push_back({"several lines of one name",
                     {{.reply = fresh + "Link: </a>\r\nLink: </b>\r\n"},
                      {.expect = hit, .response_has = "Link: </a>\r\nLink: </b>\r\n"}}});
    check_cases(cases);
}

TEST_CASE("update304: a 304 updates the stored fields, for this client and the next",
          "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    const auto update = [&cases](const std::string& name, const std::string& before,
                                 const std::string& after, const std::string& kept) {
        for (const std::string& validator : {tagged, day_old()}) {
            const auto expected = &validator == &tagged || validator == tagged ? etag : modified;
            const std::string line = "\r\n" + name + ": " + kept + "\r\n";
            cases.push_back({name + validator,
                             {{.reply = stale + validator + name + ": " + before + "\r\n"},
                              {.reply = fresh + validator + name + ": " + after + "\r\n",
                               .expect = expected,
                               .status = 304,
                               .expected = 200,
                               .response_has = line},
                              {.expect = hit, .response_has = line}}});
        }
    };
    for (const std::string name :
         {"Test-Header", "X-Test-Header", "Content-Foo", "X-Content-Foo", "Set-Cookie2",
          "Content-Security-Policy", "X-Frame-Options", "X-XSS-Protection", "Clear-Site-Data",
          "Public-Key-Pins", "Content-Location", "Content-Type", "Content-MD5"})
        update(name, "value-a", "value-b", "value-b");
    update("Content-Encoding", "value-a", "value-b", "value-a");
    update("Content-Range", "value-a", "value-b", "value-a");
    update("Expires", date(-50), date(3600), date(3600));
    cases.push_back({"what a 304 leaves out stays",
                     {{.reply = stale + tagged + "Test-Header: a\r\n"},
                      {.reply = fresh,
                       .expect = etag,
                       .status = 304,
                       .expected = 200,
                       .response_has = "\r\nTest-Header: a\r\n"}}});
    cases.push_back({"a 304's length is not the body's",
                     {{.reply = stale + tagged},
                      {.reply = fresh + "Content-Length: 1000000\r\n",
                       .expect = etag,
                       .status = 304,
                       .expected = 200},
                      {.expect = hit}}});
    cases.push_back({"the new freshness counts",
                     {{.reply = stale + tagged},
                      {.reply = stale, .expect = etag, .status = 304, .expected = 200},
                      {.reply = fresh, .expect = etag, .status = 304, .expected = 200},
                      {.expect = hit}}});
    check_cases(cases);
}

TEST_CASE("updateHEAD: the response to a HEAD updates or invalidates the stored response",
          "[proxy][cache][extra]")
{
    const std::string agreeing = "Content-Length: 12\r\n"; // of "step 0 of /1"
    check_cases({
        {"the stored response is updated",
         {{.reply = stale + "A: 1\r\nB: 1\r\n"},
          {.reply = fresh + "A: 2\r\n", .method = "HEAD", .body = "step 0 of /1"},
          {.expect = hit, .response_has = "\r\nA: 2\r\n"},
          {.expect = hit, .response_has = "\r\nB: 1\r\n"}}},
        {"another length",
         {{.reply = stale},
          {.reply = fresh, .method = "HEAD", .body = "other"},
          {.reply = fresh, .response_has = "; fwd=uri-miss"}}},
        {"another tag",
         {{.reply = stale + tagged},
          {.reply = fresh + "ETag: \"new\"\r\n",
           .expect = etag,
           .method = "HEAD",
           .body = "step 0 of /3"},
          {.reply = fresh, .forwarded_lacks = "If-None-Match"}}},
        {"gone",
         {{.reply = stale}, {.reply = fresh, .status = 410, .method = "HEAD"}, {.reply = fresh}}},
        {"a server error changes nothing",
         {{.reply = stale + tagged},
          {.expect = etag, .status = 503, .method = "HEAD"},
          {.reply = fresh, .expect = etag, .status = 304, .expected = 200}}},
        {"a 304 to a HEAD updates, too",
         {{.reply = stale + tagged},
          {.reply = fresh, .expect = etag, .status = 304, .expected = 200, .method = "HEAD"},
          {.expect = hit}}},
        {"HEAD is served from a stored GET",
         {{.reply = fresh + "A: 1\r\n"},
          {.expect = hit, .method = "HEAD", .response_has = "\r\nContent-Length: 12\r\n"},
          {.expect = hit}}},
        {"the response to a HEAD is not stored",
         {{.reply = fresh, .method = "HEAD"},
          {.reply = fresh},
          {.expect = hit, .response_body = "#1"}}},
    });
}

TEST_CASE("invalidation: unsafe methods invalidate stored responses", "[proxy][cache][extra]")
{
    std::vector<CacheCase> cases;
    for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"}) {
        const auto change = [&](int status, const std::string& reply = "",
                                const std::string& target = "") {
            return Step{.reply = reply,
                        .status = status,
                        .method = method,
                        .target = target,
                        .content = "abc"};
        };
        cases.push_back({method, {{.reply = fresh}, change(200), {.reply = fresh}}});
        cases.push_back({method + " 303", {{.reply = fresh}, change(303), {.reply = fresh}}});
        cases.push_back({method + " fails", {{.reply = fresh}, change(500), {.expect = hit}}});
        cases.push_back({method + " is refused", {{.reply = fresh}, change(403), {.expect = hit}}});
        for (const std::string name : {"Location", "Content-Location"}) {
            const std::string target = "/" + std::to_string(cases.size() + 1) + "/x";
            cases.push_back({method + " " + name,
                             {{.reply = fresh, .target = "/x"},
                              change(201, name + ": " + target + "\r\n"),
                              {.reply = fresh, .target = "/x"}}});
            cases.push_back({method + " foreign " + name,
                             {{.reply = fresh, .target = "/x"},
                              change(201, name + ": http://foreign.example" + target + "\r\n"),
                              {.expect = hit, .target = "/x"}}});
        }
    }
    for (const std::string method : {"OPTIONS", "TRACE", "PROPFIND"})
        cases.push_back({method, {{.reply = fresh}, {.method = method}, {.expect = hit}}});
    cases.push_back({"all variants go",
                     {{.request = "Foo: 1\r\n", .reply = fresh + "Vary: Foo\r\n"},
                      {.request = "Foo: 2\r\n", .reply = fresh + "Vary: Foo\r\n"},
                      {.method = "POST", .content = "a"},
                      {.request = "Foo: 1\r\n", .reply = fresh},
                      {.request = "Foo: 2\r\n", .expect = hit, .response_body = "#3"}}});
    check_cases(cases);
}

TEST_CASE("method: a POST's response serves a GET only with its own Content-Location",
          "[proxy][cache][extra]")
{
    const Step get_hit{.expect = hit};
    check_cases({
        {"with its own location",
         {{.reply = fresh + "Content-Location: /1\r\n", .method = "POST", .content = "a"},
          get_hit}},
        {"without", {{.reply = fresh, .method = "POST", .content = "a"}, {.reply = fresh}}},
        {"with another location",
         {{.reply = fresh + "Content-Location: /other\r\n", .method = "POST", .content = "a"},
          {.reply = fresh}}},
        {"without a lifetime",
         {{.reply = day_old() + "Content-Location: /4\r\n", .method = "POST", .content = "a"},
          {.reply = fresh}}},
        {"a POST is never answered from the store",
         {{.reply = fresh},
          {.reply = fresh, .method = "POST", .content = "a", .response_has = "; fwd=method"}}},
    });
}

TEST_CASE("partial: ranges are served from the store, and parts are stored",
          "[proxy][cache][extra]")
{
    const std::string digits = "0123456789";
    const auto from_whole = [&](const std::string& range, int status, const std::string& gets) {
        return CacheCase{
            range,
            {{.reply = fresh + tagged, .body = digits},
             {.request = range, .expect = hit, .expected = status, .response_body = gets}}};
    };
    const auto part = [&](const std::string& range, std::size_t first, std::size_t count,
                          const std::string& fields) {
        return Step{.request = "Range: bytes=" + range + "\r\n",
                    .reply = fields + "Content-Range: bytes " + std::to_string(first) + "-" +
                             std::to_string(first + count - 1) + "/10\r\n",
                    .status = 206,
                    .body = digits.substr(first, count)};
    };
    const auto range_hit = [](const std::string& range, const std::string& gets) {
        return Step{.request = "Range: bytes=" + range + "\r\n",
                    .expect = hit,
                    .status = 206,
                    .response_body = gets};
    };
    const std::string strong = fresh + tagged;
    const Step whole_hit{.expect = hit, .response_body = digits, .response_lacks = "Content-Range"};
    check_cases({
        from_whole("Range: bytes=0-1\r\n", 206, "01"),
        from_whole("Range: bytes=1-\r\n", 206, "123456789"),
        from_whole("Range: bytes=-1\r\n", 206, "9"),
        from_whole("Range: bytes=5-999\r\n", 206, "56789"),
        from_whole("Range: bytes=10-\r\n", 416, ""),
        from_whole("Range: bytes=5-4\r\n", 416, ""),
        from_whole("Range: lines=0-1\r\n", 200, digits),
        from_whole("Range: lines=1-2\r\n", 200, digits),
        from_whole("Range: bytes=0-1\r\nIf-Range: \"abcd\"\r\n", 206, "01"),
        from_whole("Range: bytes=0-1\r\nIf-Range: \"old\"\r\n", 200, digits),
        from_whole("Range: bytes=0-1\r\nIf-Range: W/\"abcd\"\r\n", 200, digits),
        from_whole("Range: bytes=0-1\r\nIf-None-Match: \"abcd\"\r\n", 304, ""),
        {"a 404 has no ranges",
         {{.reply = fresh, .status = 404, .body = digits},
          {.request = "Range: bytes=0-1\r\n",
           .expect = hit,
           .status = 404,
           .response_body = digits}}},
        {"a part is stored", {part("-5", 5, 5, fresh), range_hit("-5", "56789")}},
        {"a part of a part", {part("-5", 5, 5, fresh), range_hit("6-8", "678")}},
        {"the end of a part", {part("-5", 5, 5, fresh), range_hit("6-", "6789")}},
        {"the last of a part", {part("-5", 5, 5, fresh), range_hit("-1", "9")}},
        {"more than the part", {part("-5", 5, 5, fresh), part("4-", 4, 6, fresh)}},
        {"the whole, with a stored part",
         {part("-5", 5, 5, fresh),
          {.reply = fresh, .body = digits, .response_has = "; fwd=partial"},
          whole_hit}},
        {"a part of the wrong size is not stored",
         {{.request = "Range: bytes=-5\r\n",
           .reply = fresh + "Content-Range: bytes 4-9/10\r\n",
           .status = 206,
           .body = "56789"},
          part("-5", 5, 5, fresh)}},
        {"two parts are combined to the whole",
         {part("0-4", 0, 5, strong), part("5-9", 5, 5, strong), whole_hit}},
        {"in any order", {part("5-9", 5, 5, strong), part("0-4", 0, 5, strong), whole_hit}},
        {"overlapping", {part("0-6", 0, 7, strong), part("3-9", 3, 7, strong), whole_hit}},
        {"one around the other",
         {part("3-4", 3, 2, strong), part("0-8", 0, 9, strong), range_hit("0-8", "012345678")}},
        {"one within the other",
         {part("0-8", 0, 9, strong), range_hit("3-4", "34"), range_hit("0-8", "012345678")}},
        {"a part does not replace a stored whole",
         {{.reply = strong, .body = digits},
          {.request = "If-Match: \"abcd\"\r\nRange: bytes=0-4\r\n",
           .reply = strong + "Content-Range: bytes 0-4/10\r\n",
           .status = 206,
           .body = "01234"},
          whole_hit}},
        {"the rest is requested",
         {part("0-4", 0, 5, strong),
          {.reply = strong + "Content-Range: bytes 5-9/10\r\n",
           .status = 206,
           .expected = 200,
           .body = "56789",
           .response_body = digits,
           .response_has = "; fwd=partial; fwd-status=206; stored",
           .response_lacks = "Content-Range",
           .forwarded_has = "\r\nRange: bytes=5-\r\nIf-Range: \"abcd\"\r\n"},
          whole_hit}},
        {"the rest has another validator",
         {part("0-4", 0, 5, strong),
          {.reply = fresh + "ETag: \"new\"\r\n", .body = "new", .forwarded_has = "Range: bytes=5-"},
          {.expect = hit, .response_body = "new"}}},
        {"not with a gap between them",
         {part("0-3", 0, 4, strong), part("5-9", 5, 5, strong), part("0-3", 0, 4, strong)}},
        {"not without a strong validator",
         {part("0-4", 0, 5, fresh), part("5-9", 5, 5, fresh), {.reply = fresh, .body = digits}}},
        {"not with another validator",
         {part("0-4", 0, 5, strong),
          part("5-9", 5, 5, fresh + "ETag: \"new\"\r\n"),
          {.reply = fresh, .body = digits}}},
    });
}

TEST_CASE("stale: when the origin fails, a stale response is served if allowed",
          "[proxy][cache][extra]")
{
    const auto gone = [](const std::string& stored, bool is_served) {
        Step second{.origin_closes = true};
        second.status = is_served ? 200 : 502;
        return CacheCase{"gone " + stored, {{.reply = stored}, second}};
    };
    const auto fails = [](const std::string& stored, int status, bool is_served,
                          const std::string& request = "") {
        return CacheCase{std::to_string(status) + " " + stored,
                         {{.reply = stored},
                          {.request = request,
                           .status = status,
                           .expected = is_served ? 200 : status,
                           .response_body = is_served ? "#0" : "#1"}}};
    };
    const std::string sie = control("max-age=2, stale-if-error=60") + "Age: 5\r\n";
    const auto told = [&sie](const std::string& words) {
        return CacheCase{
            "told " + words,
            {{.reply = sie},
             {.status = 503, .expected = 200, .response_body = "#0", .response_has = words}}};
    };
    check_cases({
        gone(stale, true),
        gone("", false),
        gone("ETag: \"a\"\r\n", true),
        gone(sie, true),
        gone(control("max-age=2, stale-if-error=1") + "Age: 5\r\n", false),
        gone(control("max-age=2, must-revalidate") + "Age: 5\r\n", false),
        gone(control("max-age=2, proxy-revalidate") + "Age: 5\r\n", false),
        gone(control("max-age=2, no-cache") + "Age: 5\r\n", false),
        gone(control("s-maxage=2") + "Age: 5\r\n", false),
        gone(control("max-age=2") + "Age: 864000\r\n", false),
        fails(sie, 500, true),
        fails(sie, 502, true),
        fails(sie, 503, true),
        fails(sie, 504, true),
        fails(sie, 501, false),
        fails(sie, 404, false),
        fails(stale, 503, false),
        fails(stale, 503, true, control("stale-if-error=60")),
        fails(control("max-age=2, stale-if-error=60, must-revalidate") + "Age: 5\r\n", 503, false),
        told("fwd=stale; fwd-status=503; ttl=-"),
        told("detail=\"server error from the origin\""),
    });
}

TEST_CASE("stale-while-revalidate: served at once, revalidated afterwards", "[proxy][cache][extra]")
{
    check_cases({
        {"and forbidden",
         {{.reply =
               control("max-age=2, stale-while-revalidate=60, must-revalidate") + "Age: 5\r\n"},
          {.reply = fresh}}},
        {"and expired",
         {{.reply = control("max-age=2, stale-while-revalidate=2") + "Age: 5\r\n"},
          {.reply = fresh}}},
    });
}

TEST_CASE("other: Age, Date, queries, cookies", "[proxy][cache][extra]")
{
    check_cases({
        {"Age is sent", {{.reply = fresh + dated()}, {.expect = hit, .response_has = "\r\nAge: "}}},
        {"Age continues from the received value",
         {{.reply = fresh + "Age: 30\r\n"}, {.expect = hit, .response_has = "\r\nAge: 3"}}},
        {"Date is kept",
         {{.reply = fresh + "Date: " + date(-100) + "\r\n"},
          {.expect = hit, .response_has = "\r\nDate: " + date(-100) + "\r\n"}}},
        {"another query is another response",
         {{.reply = fresh, .target = "?a"}, {.reply = fresh, .target = "?b"}}},
        {"the same query is the same response",
         {{.reply = fresh, .target = "?a"}, {.expect = hit, .target = "?a"}}},
        {"a cookie in the request",
         {{.reply = fresh}, {.request = "Cookie: a=b\r\n", .expect = hit}}},
        {"a cookie in the response is for the client that asked",
         {{.reply = fresh + "Set-Cookie: a=b\r\n", .response_has = "\r\nSet-Cookie: a=b\r\n"},
          {.expect = hit, .response_lacks = "Set-Cookie"}}},
        {"an attachment",
         {{.reply = fresh + "Content-Disposition: attachment; filename=a\r\n"}, {.expect = hit}}},
        {"another cache's Cache-Status stays first",
         {{.reply = fresh + "Cache-Status: other; hit\r\n",
           .response_has = "\r\nCache-Status: other; hit\r\n"}}},
    });
}

TEST_CASE("interim: 1xx are forwarded, and the final response is stored", "[proxy][cache][extra]")
{
    const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX: y\r\n\r\n";
    check_cases({
        {"102",
         {{.reply = fresh,
           .response_has = "HTTP/1.1 102 ",
           .interim = "HTTP/1.1 102 Processing\r\n\r\n"},
          {.expect = hit, .response_lacks = "HTTP/1.1 102 "}}},
        {"103",
         {{.reply = fresh, .response_has = "\r\nLink: </a>\r\nX: y\r\n", .interim = hints},
          {.expect = hit, .response_lacks = "Link"}}},
    });
}
