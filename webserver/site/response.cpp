#include "webserver/site/response.h"

#include "common/http/date.h"
#include "common/http/page.h"

namespace webserver {

ResponseHead::ResponseHead(int status) : status_(status)
{
    constexpr std::size_t usual = 512;
    lines_.reserve(usual);
    lines_ += "HTTP/1.1 ";
    lines_ += std::to_string(status);
    lines_ += ' '; // also before an empty reason phrase
    lines_ += http::reason_phrase(status);
    lines_ += "\r\n";
}

void ResponseHead::add(std::string_view name, std::string_view value)
{
    lines_ += name;
    lines_ += ": ";
    lines_ += value;
    lines_ += "\r\n";
}

void Response::add_content(std::string_view type)
{
    add("Content-Type", type);
    add("Content-Length", std::to_string(body_size()));
    add("X-Content-Type-Options", "nosniff");
}

void Response::conclude(const http::RequestHead& request, bool at_end)
{
    keep_alive = request.keep_alive && at_end && !watcher;
    if (!keep_alive)
        add("Connection", "close");
    else if (request.minor_version == 0)
        add("Connection", "keep-alive");
    if (request.method == "HEAD") parts.clear();
}

std::uint64_t Response::body_size() const
{
    std::uint64_t size = 0;
    for (const BodyPart& part : parts)
        size += part.text.size() + part.range.count;
    return size;
}

std::string Response::text() const
{
    std::string text;
    append_to(text);
    return text;
}

void Response::append_to(std::string& bytes) const
{
    constexpr std::string_view empty_line = "\r\n";
    const std::string_view lines = head.lines();
    bytes.reserve(bytes.size() + lines.size() + empty_line.size() + body_size());
    bytes += lines;
    bytes += empty_line;
    for (const BodyPart& part : parts) {
        bytes += part.text;
        if (part.range.count > 0) bytes.append(file->content, part.range.first, part.range.count);
    }
}

bool Response::is_in_memory() const
{
    return !would_block && (!file || !file->descriptor || parts.empty());
}

std::string_view Response::piece_in_memory() const
{
    const bool is_one = is_in_memory() && file && parts.size() == 1 && parts.front().text.empty();
    if (!is_one) return {};
    const http::ByteRange range = parts.front().range;
    return std::string_view(file->content).substr(range.first, range.count);
}

std::string status_page(int status, std::string_view explanation)
{
    const std::string title =
        std::to_string(status) + " " + std::string(http::reason_phrase(status));
    return http::page(title, "<h1>" + title + "</h1>\n<p>" + http::escape_html(explanation) +
                                 "</p>\n<p><a href=\"/\">To the first page</a></p>\n");
}

Response bare_response(int status, const ResponseSettings& settings, std::chrono::sys_seconds now)
{
    Response response{.head = ResponseHead(status)};
    response.add("Date", http::format_date(now));
    response.add("Server", "webserver");
    for (const auto& [name, value] : settings.fields)
        response.add(name, value);
    return response;
}

Response html_response(int status, std::string html, const RequestContext& context)
{
    Response response = bare_response(status, context.settings, context.now);
    response.parts.push_back({.text = std::move(html)});
    response.add_content("text/html; charset=utf-8");
    return response;
}

Response page_response(int status, std::string_view explanation, const RequestContext& context)
{
    return html_response(status, status_page(status, explanation), context);
}

} // namespace webserver
