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
    lines_ += ' '; // even when no words follow it
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

void Reply::add_content(std::string_view type)
{
    add("Content-Type", type);
    add("Content-Length", std::to_string(body_size()));
    add("X-Content-Type-Options", "nosniff");
}

void Reply::conclude(const http::RequestHead& request, bool at_end)
{
    keep_alive = request.keep_alive && at_end && !watcher;
    if (!keep_alive)
        add("Connection", "close");
    else if (request.minor_version == 0)
        add("Connection", "keep-alive");
    if (request.method == "HEAD") parts.clear();
}

std::uint64_t Reply::body_size() const
{
    std::uint64_t size = 0;
    for (const Part& part : parts)
        size += part.text.size() + part.range.count;
    return size;
}

std::string Reply::text() const
{
    std::string text;
    append_to(text);
    return text;
}

void Reply::append_to(std::string& bytes) const
{
    constexpr std::string_view empty_line = "\r\n";
    const std::string_view lines = head.lines();
    bytes.reserve(bytes.size() + lines.size() + empty_line.size() + body_size());
    bytes += lines;
    bytes += empty_line;
    for (const Part& part : parts) {
        bytes += part.text;
        if (part.range.count > 0) bytes.append(file->content, part.range.first, part.range.count);
    }
}

bool Reply::is_in_memory() const
{
    return !takes_time && (!file || !file->descriptor || parts.empty());
}

std::string_view Reply::piece_in_memory() const
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

Reply bare_reply(int status, const ReplySettings& settings, std::chrono::sys_seconds now)
{
    Reply reply{.head = ResponseHead(status)};
    reply.add("Date", http::format_date(now));
    reply.add("Server", "webserver");
    for (const auto& [name, value] : settings.fields)
        reply.add(name, value);
    return reply;
}

Reply html_reply(int status, std::string html, const Question& question)
{
    Reply reply = bare_reply(status, question.settings, question.now);
    reply.parts.push_back({.text = std::move(html)});
    reply.add_content("text/html; charset=utf-8");
    return reply;
}

Reply page_reply(int status, std::string_view explanation, const Question& question)
{
    return html_reply(status, status_page(status, explanation), question);
}

} // namespace webserver
