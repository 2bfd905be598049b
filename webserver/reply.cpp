#include "webserver/reply.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "common/ascii.h"
#include "common/http/date.h"
#include "common/http/url.h"
#include "webserver/media_type.h"
#include "webserver/page.h"

namespace webserver {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view allowed_methods = "GET, HEAD, OPTIONS";
constexpr std::string_view html = "text/html; charset=utf-8";

sys_seconds now()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// A reply with the fields that every one has.
Reply reply_with(int status)
{
    Reply reply;
    reply.head.status = status;
    reply.head.fields = {{"Date", http::format_date(now())}, {"Server", "webserver"}};
    return reply;
}

void add(Reply& reply, std::string_view name, std::string_view value)
{
    reply.head.fields.emplace_back(name, value);
}

void add_content(Reply& reply, std::string_view type, std::uint64_t size)
{
    add(reply, "Content-Type", type);
    add(reply, "Content-Length", std::to_string(size));
}

Reply reply_with_page(int status, std::string_view explanation)
{
    Reply reply = reply_with(status);
    reply.body = status_page(status, explanation);
    add_content(reply, html, reply.body.size());
    return reply;
}

Reply reply_with_file(File file)
{
    Reply reply = reply_with(200);
    add_content(reply, media_type(file.name), file.size);
    add(reply, "Last-Modified",
        http::format_date(std::min(file.modified, now()))); // RFC 9110 §8.8.2.1
    add(reply, "X-Content-Type-Options", "nosniff");
    reply.file = std::move(file);
    return reply;
}

struct Target {
    std::string_view path;
    std::string_view query; // with its "?"
};

/// The path and query of an origin-form or absolute-form target, which the parser has checked.
Target split_target(std::string_view target)
{
    if (const auto url = http::parse_url(target); url && !target.starts_with('/'))
        return {url->path.empty() ? "/" : url->path, url->query};
    const auto query = std::min(target.find('?'), target.size());
    return {target.substr(0, query), target.substr(query)};
}

Reply answer_get(std::string_view request_target, const Site& site)
{
    const Target target = split_target(request_target);
    const auto path = parse_site_path(target.path);
    if (!path) return reply_with_page(400, "The path's percent-encoding is wrong (RFC 3986 §2.1).");

    auto found = site.find(*path);
    if (auto* file = std::get_if<File>(&found)) return reply_with_file(std::move(*file));
    if (const auto* missing = std::get_if<Missing>(&found))
        return reply_with_page(missing->status, missing->reason);

    Reply reply = reply_with_page(301, "This is a folder; its address ends with a slash.");
    add(reply, "Location", std::get<Redirect>(found).path + std::string(target.query));
    return reply;
}

Reply answer_method(const http::RequestHead& request, const Site& site)
{
    constexpr auto known_methods =
        std::to_array<std::string_view>({"CONNECT", "DELETE", "PATCH", "POST", "PUT", "TRACE"});

    if (request.method == "GET" || request.method == "HEAD")
        return answer_get(request.target, site);
    if (request.method == "OPTIONS") {
        Reply reply = reply_with(204);
        add(reply, "Allow", allowed_methods);
        return reply;
    }
    if (std::ranges::find(known_methods, request.method) == known_methods.end())
        return reply_with_page(501, "This server does not know the request's method.");
    Reply reply = reply_with_page(405, "This server only gives files away: it knows " +
                                           std::string(allowed_methods) + ".");
    add(reply, "Allow", allowed_methods);
    return reply;
}

} // namespace

Reply answer(const http::RequestHead& request, const Site& site)
{
    Reply reply = answer_method(request, site);
    // A body is not read here, so nothing can follow it.
    reply.keep_alive = request.keep_alive && request.framing == http::Framing::no_body;
    if (!reply.keep_alive)
        add(reply, "Connection", "close");
    else if (request.minor_version == 0)
        add(reply, "Connection", "keep-alive");
    if (request.method == "HEAD") {
        reply.body.clear();
        reply.file.reset();
    }
    return reply;
}

Reply refuse(const http::Malformed& malformed)
{
    Reply reply = reply_with_page(malformed.status, malformed.reason);
    add(reply, "Connection", "close");
    return reply;
}

} // namespace webserver
