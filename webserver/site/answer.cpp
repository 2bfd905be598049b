#include "webserver/site/answer.h"

#include <algorithm>
#include <array>

#include "common/http/url.h"
#include "webserver/site/file_response.h"
#include "webserver/site/listing.h"

namespace webserver {
namespace {

constexpr std::string_view allowed_methods = "GET, HEAD, OPTIONS";

struct Target {
    std::string_view path;
    std::string_view query; // with its "?"
};

/// The path and query of an origin-form or absolute-form target, which the parser has checked.
Target split_target(std::string_view target)
{
    if (!target.starts_with('/'))
        if (const auto url = http::parse_url(target))
            return {url->path.empty() ? "/" : url->path, url->query};
    const auto query = std::min(target.find('?'), target.size());
    return {target.substr(0, query), target.substr(query)};
}

/// The site's own page for what is not there, or ours.
Reply answer_missing(const Question& question, const Missing& missing)
{
    const bool single_page = question.settings.single_page;
    if (missing.status == 404) {
        auto found = question.site.open(single_page ? "index.html" : "404.html", question.cache);
        if (const auto* file = std::get_if<FilePointer>(&found))
            return single_page ? file_reply(question, *file) : file_as_page(404, question, *file);
    }
    return page_reply(missing.status, missing.reason, question);
}

Reply answer_folder(const Question& question, const Folder& folder, std::string_view query)
{
    if (!question.settings.listing) return page_reply(403, "This folder is not listed.", question);
    if (question.at_once) {
        Reply later;
        later.takes_time = true;
        return later;
    }
    auto page = listing_page(question.site, folder, listing_order(query));
    if (const auto* missing = std::get_if<Missing>(&page))
        return page_reply(missing->status, missing->reason, question);
    return html_reply(200, std::get<std::string>(std::move(page)), question);
}

Reply answer_get(const Question& question)
{
    const Target target = split_target(question.request.target);
    const auto path = parse_site_path(target.path);
    if (!path)
        return page_reply(400, "The path's percent-encoding is wrong (RFC 3986 §2.1).", question);

    const auto found = question.site.find(*path, question.cache);
    if (const auto* file = std::get_if<FilePointer>(&found)) return file_reply(question, *file);
    if (const auto* missing = std::get_if<Missing>(&found))
        return answer_missing(question, *missing);
    if (const auto* folder = std::get_if<Folder>(&found))
        return answer_folder(question, *folder, target.query);
    Reply reply = page_reply(301, "This is a folder; its address ends with a slash.", question);
    reply.add("Location", std::get<Redirect>(found).path + std::string(target.query));
    return reply;
}

Reply answer_options(const Question& question)
{
    Reply reply = bare_reply(204, question.settings, question.now);
    reply.add("Allow", allowed_methods);
    return reply;
}

Reply refuse_method(const Question& question)
{
    constexpr auto known_methods =
        std::to_array<std::string_view>({"CONNECT", "DELETE", "PATCH", "POST", "PUT", "TRACE"});
    if (std::ranges::find(known_methods, question.request.method) == known_methods.end())
        return page_reply(501, "This server does not know the request's method.", question);
    Reply reply = page_reply(405, "This server only gives files away.", question);
    reply.add("Allow", allowed_methods);
    return reply;
}

} // namespace

Reply answer(const Question& question)
{
    const std::string_view method = question.request.method;
    if (method == "GET" || method == "HEAD") return answer_get(question);
    if (method == "OPTIONS") return answer_options(question);
    return refuse_method(question);
}

Reply refuse(const http::Malformed& malformed, const ReplySettings& settings,
             std::chrono::sys_seconds now)
{
    Reply reply = bare_reply(malformed.status, settings, now);
    reply.parts.push_back({.text = status_page(malformed.status, malformed.reason)});
    reply.add_content("text/html; charset=utf-8");
    reply.add("Connection", "close");
    return reply;
}

} // namespace webserver
