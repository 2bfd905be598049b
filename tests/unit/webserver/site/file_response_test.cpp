#include "webserver/site/file_response.h"

#include "catch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/http/date.h"
#include "tests/unit/response_fields.h"
#include "tests/unit/scratch.h"

using webserver::file_as_page;
using webserver::file_response;
using webserver::FileCache;
using webserver::Response;
using webserver::Site;
using Value = std::optional<std::string>;
using FilePointer = std::shared_ptr<const webserver::File>;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::chrono::sys_seconds in_2026 = std::chrono::sys_days(2026y / std::chrono::May / 4);
constexpr std::size_t large_size = webserver::small_file + 1000; // not read into memory

std::string pattern(std::size_t size)
{
    std::string bytes(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<char>(i * 7 + i / 256);
    return bytes;
}

struct FilesToSend {
    FilesToSend()
    {
        write("digits", digits);
        write("large.bin", pattern(large_size));
        write("empty", "");
        write("page.html", "<p>whole page</p>");
        write("page.html.gz", "gzipped");
        write("page.html.br", "brotli");
        write("style.css", "plain style");
        write("style.css.zst", "zstandard");
        write("picture.png", "png");
        write("picture.png.gz", "png in gzip");
        write("script.js", "script");
        write("data.json", "json");
        std::filesystem::create_directory(scratch.path() / "data.json.br");
        write("data.json.gz", pattern(large_size));
    }

    /// A file that was last changed at the time that the cases use as the current one.
    void write(const std::string& name, std::string_view content) const
    {
        const auto file = scratch.write(name, content);
        const timespec stamp{in_2026.time_since_epoch().count(), 0};
        const std::array<timespec, 2> times{stamp, stamp};
        REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);
    }

    FilePointer open(const std::string& name) const
    {
        FileCache cache;
        auto found = site.open(name, cache);
        REQUIRE(std::holds_alternative<FilePointer>(found));
        return std::get<FilePointer>(found);
    }

    Response ask(const std::string& name, std::vector<http::Field> fields = {},
                 std::string_view method = "GET",
                 std::chrono::sys_seconds now = in_2026 + 24h) const
    {
        http::RequestHead request;
        request.method = method;
        request.target = "/";
        request.fields = std::move(fields);
        FileCache cache;
        return file_response({{request, settings, now}, site, cache}, open(name));
    }

    Scratch scratch;
    Site site{scratch.path()};
    webserver::ResponseSettings settings;
};

/// The body, from memory and from the file.
std::string body(const Response& response)
{
    std::string bytes;
    for (const auto& [text, range] : response.parts) {
        bytes += text;
        if (range.count == 0) continue;
        if (response.file->descriptor) {
            std::string part(range.count, ' ');
            REQUIRE(::pread(response.file->descriptor.get(), part.data(), part.size(),
                            static_cast<off_t>(range.first)) == static_cast<ssize_t>(part.size()));
            bytes += part;
        } else {
            bytes += response.file->content.substr(range.first, range.count);
        }
    }
    CHECK(response.body_size() == bytes.size());
    return bytes;
}

} // namespace

TEST_CASE("The response with a whole file has its validators", "[webserver][file_reply]")
{
    const FilesToSend place;
    const Response response = place.ask("digits");
    CHECK(response.head.status() == 200);
    CHECK(body(response) == digits);
    CHECK(field(response, "Content-Length") == "10");
    CHECK(field(response, "Content-Type") == "application/octet-stream");
    CHECK(field(response, "Last-Modified") == "Mon, 04 May 2026 00:00:00 GMT");
    CHECK(field(response, "Accept-Ranges") == "bytes");
    CHECK_FALSE(field(response, "Content-Range"));
    CHECK_FALSE(field(response, "Content-Encoding"));
    const std::string etag = field(response, "ETag").value_or("");
    REQUIRE(etag.size() > 2);
    CHECK(etag.front() == '"'); // strong, RFC 9110 §8.8.3
    CHECK(etag.find('"', 1) == etag.size() - 1);
    CHECK(field(place.ask("digits"), "ETag") == etag);
    CHECK(field(place.ask("empty"), "ETag") != etag);
    CHECK(body(place.ask("empty")).empty());
    CHECK((body(place.ask("large.bin")) == pattern(large_size)));
}

TEST_CASE("A changed file has another entity tag, even with the same size and second",
          "[webserver][file_reply]")
{
    const FilesToSend place;
    const Value before = field(place.ask("digits"), "ETag");
    const auto file = place.scratch.write("digits", "9876543210");
    const timespec later{in_2026.time_since_epoch().count(), 1};
    const std::array<timespec, 2> times{later, later};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);
    CHECK(field(place.ask("digits"), "ETag") != before);

    const Value longer = (place.write("digits", "0123456789."), field(place.ask("digits"), "ETag"));
    CHECK(longer != before);
    place.write("new", digits); // the same file again, as a second server or a new release has it
    std::filesystem::rename(place.scratch.path() / "new", place.scratch.path() / "digits");
    CHECK(field(place.ask("digits"), "ETag") == before);
}

TEST_CASE("A client with a current copy gets 304 without a body", "[webserver][file_reply]")
{
    const FilesToSend place;
    const std::string etag = field(place.ask("digits"), "ETag").value();
    struct Row {
        http::Field condition;
        int status;
    };
    for (const auto& [condition, status] : {
             Row{{"If-None-Match", etag}, 304},
             {{"If-None-Match", "*"}, 304},
             {{"If-None-Match", "\"other\""}, 200},
             {{"If-Modified-Since", "Mon, 04 May 2026 00:00:00 GMT"}, 304},
             {{"If-Modified-Since", "Sun, 03 May 2026 23:59:59 GMT"}, 200},
             {{"If-Match", etag}, 200},
             {{"If-Match", "*"}, 200},
             {{"If-Match", "\"other\""}, 412},
             {{"If-Unmodified-Since", "Mon, 04 May 2026 00:00:00 GMT"}, 200},
             {{"If-Unmodified-Since", "Sun, 03 May 2026 23:59:59 GMT"}, 412},
         })
        for (const char* method : {"GET", "HEAD"}) {
            CAPTURE(condition.name, condition.value, method);
            const Response response = place.ask("digits", {condition}, method);
            CHECK(response.head.status() == status);
            CHECK(field(response, "Date"));
            if (status == 304) {
                CHECK(body(response).empty());
                CHECK(field(response, "ETag") == etag); // RFC 9110 §15.4.5
                CHECK_FALSE(field(response, "Content-Length"));
                CHECK_FALSE(field(response, "Content-Type"));
            }
            if (status == 412) {
                CHECK_THAT(body(response), Contains("<h1>412 Precondition Failed</h1>"));
                CHECK_FALSE(field(response, "ETag"));
            }
        }
}

TEST_CASE("Preconditions are evaluated before ranges", "[webserver][file_reply]")
{
    const FilesToSend place;
    const std::string etag = field(place.ask("digits"), "ETag").value();
    const std::string weak = "W/" + etag;
    struct Row {
        std::vector<http::Field> fields;
        int status;
    };
    for (const auto& [fields, status] : {
             Row{{{"Range", "bytes=0-1"}, {"If-None-Match", etag}}, 304},
             {{{"Range", "bytes=0-1"}, {"If-Match", "\"x\""}}, 412},
             {{{"Range", "bytes=99-"}, {"If-None-Match", etag}}, 304},
             {{{"Range", "bytes=99-"}, {"If-Match", "\"x\""}}, 412},
             {{{"Range", "bytes=0-1"}, {"If-None-Match", "\"x\""}}, 206},
             {{{"Range", "bytes=0-1"}, {"If-Match", etag}}, 206},
             {{{"Range", "bytes=0-1"}, {"If-Match", etag}, {"If-Range", "\"x\""}}, 200},
             {{{"Range", "bytes=0-1"}, {"If-Range", etag}}, 206},
             {{{"Range", "bytes=0-1"}, {"If-Range", "\"x\""}}, 200},
             {{{"Range", "bytes=0-1"}, {"If-Range", weak}}, 200},
             {{{"Range", "bytes=0-1"}, {"If-Range", "Mon, 04 May 2026 00:00:00 GMT"}}, 206},
             {{{"Range", "bytes=0-1"}, {"If-Range", "Tue, 05 May 2026 00:00:00 GMT"}}, 200},
             {{{"Range", "bytes=99-"}, {"If-Range", etag}}, 416},
             {{{"Range", "bytes=99-"}, {"If-Range", "\"x\""}}, 200},
             {{{"If-Range", "\"x\""}}, 200},
         }) {
        CAPTURE(fields.front().value, fields.back().name, fields.back().value);
        CHECK(place.ask("digits", fields).head.status() == status);
    }
}

TEST_CASE("A single range gives 206 with Content-Range", "[webserver][file_reply]")
{
    const FilesToSend place;
    struct Row {
        const char *range, *bytes, *content_range;
    };
    for (const auto& [range, bytes, content_range] : {
             Row{"bytes=0-0", "0", "bytes 0-0/10"},
             {"bytes=2-4", "234", "bytes 2-4/10"},
             {"bytes=7-", "789", "bytes 7-9/10"},
             {"bytes=-1", "9", "bytes 9-9/10"},
             {"bytes=-99", "0123456789", "bytes 0-9/10"},
             {"bytes=0-", "0123456789", "bytes 0-9/10"},
             {"bytes=4-5,5-6", "456", "bytes 4-6/10"}, // one after joining
             {"bytes=4-5,99-", "45", "bytes 4-5/10"},
         }) {
        CAPTURE(range);
        const Response response = place.ask("digits", {{"Range", range}});
        CHECK(response.head.status() == 206);
        CHECK(body(response) == bytes);
        CHECK(field(response, "Content-Range") == content_range);
        CHECK(field(response, "Content-Length") == std::to_string(std::string_view(bytes).size()));
        CHECK(field(response, "Content-Type") == "application/octet-stream");
        CHECK(field(response, "ETag") == field(place.ask("digits"), "ETag"));
        CHECK(field(response, "Last-Modified"));
    }
    const Response large = place.ask("large.bin", {{"Range", "bytes=60000-65535"}});
    CHECK((body(large) == pattern(large_size).substr(60'000, 5536)));
}

TEST_CASE("Several ranges give a multipart body", "[webserver][file_reply]")
{
    const FilesToSend place;
    for (const std::string name : {"digits", "large.bin"}) {
        CAPTURE(name);
        const std::string content = name == "digits" ? std::string(digits) : pattern(large_size);
        const std::string size = std::to_string(content.size());
        const std::string end = std::to_string(content.size() - 1);
        const Response response = place.ask(name, {{"Range", "bytes=-1,0-2,5-6"}});
        CHECK(response.head.status() == 206);
        CHECK_FALSE(field(response, "Content-Range")); // RFC 9110 §15.3.7.2
        CHECK(response.piece_in_memory().empty());     // there is more than one
        const std::string type = field(response, "Content-Type").value_or("");
        const std::string start = "multipart/byteranges; boundary=";
        REQUIRE(type.starts_with(start));
        const std::string line = "\r\n--" + type.substr(start.size());
        CHECK(line.size() <= 74); // RFC 2046 §5.1.1
        const std::string head =
            "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ";
        CHECK((body(response) == line + head + end + "-" + end + "/" + size + "\r\n\r\n" +
                                     content.back() + line + head + "0-2/" + size + "\r\n\r\n" +
                                     content.substr(0, 3) + line + head + "5-6/" + size +
                                     "\r\n\r\n" + content.substr(5, 2) + line + "--\r\n"));
        CHECK(field(response, "Content-Length") == std::to_string(body(response).size()));
        const Response again = place.ask(name, {{"Range", "bytes=-1,0-2,5-6"}});
        CHECK(field(again, "Content-Type") != type); // the boundary is unpredictable
    }
}

TEST_CASE("A range beyond the end gives 416 with the file's size", "[webserver][file_reply]")
{
    const FilesToSend place;
    for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=5-4", "bytes=a",
                              "bytes=10-,99-", "bytes=18446744073709551616-"}) {
        CAPTURE(range);
        const Response response = place.ask("digits", {{"Range", range}});
        CHECK(response.head.status() == 416);
        CHECK(field(response, "Content-Range") == "bytes */10");
        CHECK(field(response, "Content-Length") == std::to_string(body(response).size()));
    }
}

TEST_CASE("A range is ignored where the standard gives it no meaning", "[webserver][file_reply]")
{
    const FilesToSend place;
    struct Row {
        const char *name, *method, *range;
    };
    for (const auto& [name, method, range] : {
             Row{"digits", "HEAD", "bytes=0-1"}, // RFC 9110 §14.2: only for GET
             {"digits", "HEAD", "bytes=99-"},
             {"digits", "HEAD", "bytes=0-1,5-6"},
             {"digits", "GET", "lines=0-1"},
             {"digits", "GET", "bytes=0-4,2-"},
             {"empty", "GET", "bytes=0-"},
             {"empty", "GET", "bytes=-5"},
         }) {
        CAPTURE(name, method, range);
        const Response response = place.ask(name, {{"Range", range}}, method);
        CHECK(response.head.status() == 200);
        CHECK_FALSE(field(response, "Content-Range"));
        CHECK(field(response, "Content-Length") == field(place.ask(name), "Content-Length"));
        CHECK(field(response, "Accept-Ranges") == "bytes");
    }
}

TEST_CASE("The compressed copy with the highest weight is sent for the file",
          "[webserver][file_reply]")
{
    const FilesToSend place;
    struct Row {
        const char *name, *accepted, *bytes, *coding;
    };
    for (const auto& [name, accepted, bytes, coding] : {
             Row{"page.html", "", "<p>whole page</p>", ""},
             {"page.html", "gzip", "gzipped", "gzip"},
             {"page.html", "br", "brotli", "br"},
             {"page.html", "gzip, br", "brotli", "br"},
             {"page.html", "gzip, br;q=0.5", "gzipped", "gzip"},
             {"page.html", "zstd", "<p>whole page</p>", ""}, // there is no such copy
             {"page.html", "zstd, gzip;q=0.1", "gzipped", "gzip"},
             {"page.html", "deflate", "<p>whole page</p>", ""},
             {"page.html", "gzip;q=0", "<p>whole page</p>", ""},
             {"page.html", "identity, gzip;q=0.5", "<p>whole page</p>", ""},
             {"page.html", "*", "brotli", "br"},
             {"style.css", "gzip, br, zstd", "zstandard", "zstd"},
             {"style.css", "gzip", "plain style", ""},
             {"script.js", "gzip, br, zstd", "script", ""},
             {"picture.png", "gzip", "png", ""},      // the type is compressed already
             {"page.html.gz", "gzip", "gzipped", ""}, // the copy itself as a file
         }) {
        CAPTURE(name, accepted);
        const Response response = place.ask(name, {{"Accept-Encoding", accepted}});
        CHECK(response.head.status() == 200);
        CHECK(body(response) == bytes);
        CHECK(field(response, "Content-Encoding").value_or("") == coding);
        CHECK(field(response, "Content-Length") == std::to_string(std::string_view(bytes).size()));
    }
    const Response skipped = place.ask("data.json", {{"Accept-Encoding", "br, gzip"}});
    CHECK(field(skipped, "Content-Encoding") == "gzip"); // the .br is a folder
    CHECK((body(skipped) == pattern(large_size)));
}

TEST_CASE("Vary is sent where copies may exist, and the type is that of the uncompressed file",
          "[webserver][file_reply]")
{
    const FilesToSend place;
    for (const char* accepted : {"", "gzip", "br", "gzip;q=0"}) {
        CAPTURE(accepted);
        const Response page = place.ask("page.html", {{"Accept-Encoding", accepted}});
        CHECK(field(page, "Content-Type") == "text/html; charset=utf-8");
        CHECK(field(page, "Vary") == "Accept-Encoding");
        const Response picture = place.ask("picture.png", {{"Accept-Encoding", accepted}});
        CHECK(field(picture, "Content-Type") == "image/png");
        CHECK_FALSE(field(picture, "Vary"));
    }
    CHECK(field(place.ask("page.html"), "Vary") == "Accept-Encoding"); // without Accept-Encoding
    const Response archive = place.ask("page.html.gz");
    CHECK(field(archive, "Content-Type") == "application/gzip");
}

TEST_CASE("Each copy has its own entity tag, preconditions and ranges", "[webserver][file_reply]")
{
    const FilesToSend place;
    const http::Field gzip{"Accept-Encoding", "gzip"};
    const std::string plain = field(place.ask("page.html"), "ETag").value();
    const std::string zipped = field(place.ask("page.html", {gzip}), "ETag").value();
    CHECK(plain != zipped); // RFC 9110 §8.8.3.3

    const Response known = place.ask("page.html", {gzip, {"If-None-Match", zipped}});
    CHECK(known.head.status() == 304);
    CHECK(field(known, "Vary") == "Accept-Encoding"); // §15.4.5
    CHECK(field(known, "ETag") == zipped);
    CHECK(place.ask("page.html", {gzip, {"If-None-Match", plain}}).head.status() == 200);
    CHECK(place.ask("page.html", {{"If-None-Match", plain}}).head.status() == 304);
    CHECK(place.ask("page.html", {gzip, {"If-Match", plain}}).head.status() == 412);

    const Response part =
        place.ask("page.html", {gzip, {"Range", "bytes=4-"}, {"If-Range", zipped}});
    CHECK(part.head.status() == 206);
    CHECK(body(part) == "ped");
    CHECK(field(part, "Content-Range") == "bytes 4-6/7");
    CHECK(field(part, "Content-Encoding") == "gzip");
    const Response other =
        place.ask("page.html", {gzip, {"Range", "bytes=4-"}, {"If-Range", plain}});
    CHECK(other.head.status() == 200);
    CHECK(body(other) == "gzipped");
}

TEST_CASE("A copy that cannot be opened or is outside the site is skipped",
          "[webserver][file_reply]")
{
    const FilesToSend place;
    std::filesystem::create_symlink("/etc/passwd", place.scratch.path() / "script.js.gz");
    REQUIRE(::mkfifo((place.scratch.path() / "script.js.br").c_str(), 0600) == 0);
    const Response response = place.ask("script.js", {{"Accept-Encoding", "br, gzip"}});
    CHECK(body(response) == "script");
    CHECK_FALSE(field(response, "Content-Encoding"));
}

TEST_CASE("Last-Modified is never later than Date", "[webserver][file_reply]")
{
    const FilesToSend place;
    const auto now = in_2026 - 1h;
    const std::string date = "Sun, 03 May 2026 23:00:00 GMT";
    const Response response = place.ask("digits", {}, "GET", now);
    CHECK(field(response, "Date") == date);
    CHECK(field(response, "Last-Modified") == date); // RFC 9110 §8.8.2.1
    CHECK(place.ask("digits", {{"If-Modified-Since", date}}, "GET", now).head.status() == 304);
    const std::vector<http::Field> part{{"Range", "bytes=0-1"}, {"If-Range", date}};
    CHECK(place.ask("digits", part, "GET", now).head.status() ==
          200); // this date is not a strong validator
}

TEST_CASE("A file as an error page is sent whole and without validators", "[webserver][file_reply]")
{
    const FilesToSend place;
    http::RequestHead request;
    request.method = "GET";
    request.fields = {{"Range", "bytes=0-1"}, {"If-None-Match", "*"}, {"Accept-Encoding", "gzip"}};
    FileCache cache;
    const Response response = file_as_page(
        404, {{request, place.settings, in_2026 + 1h}, place.site, cache}, place.open("page.html"));
    CHECK(response.head.status() == 404);
    CHECK(body(response) == "gzipped");
    CHECK(field(response, "Content-Encoding") == "gzip");
    CHECK(field(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(field(response, "Vary") == "Accept-Encoding");
    for (const char* name : {"ETag", "Last-Modified", "Accept-Ranges", "Content-Range"})
        CHECK_FALSE(field(response, name));
}

TEST_CASE("The user's fields are in every response about a file", "[webserver][file_reply]")
{
    FilesToSend place;
    place.settings.fields = {{"X-Lab", "1"}, {"Cache-Control", "no-store"}};
    for (const char* range : {"", "bytes=0-1", "bytes=0-1,5-6", "bytes=99-"})
        for (const char* known : {"\"x\"", "*"}) {
            CAPTURE(range, known);
            const Response response =
                place.ask("digits", {{"Range", range}, {"If-None-Match", known}});
            CHECK(field(response, "X-Lab") == "1");
            CHECK(field(response, "Cache-Control") == "no-store");
        }
}
