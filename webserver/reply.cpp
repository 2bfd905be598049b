#include "webserver/reply.h"

#include "common/http/date.h"
#include "webserver/page.h"

namespace webserver {

void Reply::add(std::string_view name, std::string_view value)
{
    head.fields.emplace_back(name, value);
}

void Reply::add_content(std::string_view type)
{
    add("Content-Type", type);
    add("Content-Length", std::to_string(body_size()));
    add("X-Content-Type-Options", "nosniff");
}

void Reply::conclude(const http::RequestHead& request, bool at_end)
{
    keep_alive = request.keep_alive && at_end;
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
    std::string text = head.text();
    for (const Part& part : parts) {
        text += part.text;
        if (part.range.count > 0) text.append(file->content, part.range.first, part.range.count);
    }
    return text;
}

bool Reply::is_in_memory() const
{
    return !file || !file->descriptor || parts.empty();
}

Reply bare_reply(int status, const ReplySettings& settings, std::chrono::sys_seconds now)
{
    constexpr std::size_t usual = 12;
    Reply reply;
    reply.head.status = status;
    reply.head.fields.reserve(usual);
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
