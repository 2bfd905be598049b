// Requests and responses for tests of the cache, from field lines as they are written.
#pragma once

#include "catch.h"

#include <memory>
#include <string>
#include <vector>

#include "common/http/date.h"
#include "common/http/head.h"
#include "proxy/cache/reuse.h"
#include "proxy/cache/stored_head.h"

namespace cached {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds now = std::chrono::sys_days(2026y / std::chrono::May / 4);

/// A date so long after now, or before.
inline std::string date(std::chrono::seconds from_now)
{
    return http::format_date(now + from_now);
}

/// Fields from lines that end with \n; they look into the text.
class Lines {
public:
    explicit Lines(const std::string& lines)
    {
        for (const char c : lines)
            text_ += c == '\n' ? "\r\n" : std::string(1, c);
        text_ += "\r\n";
        const auto end = http::parse_fields(text_, 0, {"A test's head", text_.size()}, fields_);
        INFO(lines);
        REQUIRE(std::holds_alternative<std::size_t>(end));
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;
    ~Lines() = default;

    [[nodiscard]] const std::vector<http::Field>& fields() const { return fields_; }

private:
    std::string text_;
    std::vector<http::Field> fields_;
};

struct Request {
    explicit Request(const std::string& lines, std::string_view asked_method = "GET",
                     std::string_view asked_url = "http://a.example/b/c")
        : head(lines), control(proxy::request_control(head.fields())), method(asked_method),
          url(asked_url)
    {
    }
    [[nodiscard]] proxy::RequestView view() const { return {method, url, head.fields(), control}; }

    Lines head;
    proxy::CacheControl control;
    std::string_view method;
    std::string_view url;
};

struct Response {
    explicit Response(const std::string& lines, int its_status = 200)
        : head(lines), control(proxy::parse_cache_control(head.fields())), status(its_status)
    {
    }
    [[nodiscard]] proxy::ResponseView view() const { return {status, head.fields(), control}; }

    Lines head;
    proxy::CacheControl control;
    int status;
};

/// A response that came just now, as it is stored.
inline std::shared_ptr<const proxy::StoredHead> stored(const std::string& lines, int status = 200)
{
    const Lines head(lines);
    auto result = proxy::StoredHead::make({.url = "http://a.example/b/c",
                                           .times = {now, now},
                                           .status = status,
                                           .reason = "OK",
                                           .fields = head.fields(),
                                           .body_size = 4,
                                           .body_hash = 1});
    REQUIRE(result);
    return result;
}

} // namespace cached
