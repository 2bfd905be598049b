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
        if (const auto url = http::parse_url_with_userinfo(target))
            return {url->path.empty() ? "/" : url->path, url->query};
    const auto query = std::min(target.find('?'), target.size());
    return {target.substr(0, query), target.substr(query)};
}

/// A compressed copy of the missing file, the site's index.html (--single-page) or 404.html for a
/// missing file, else a status page.
Response answer_failure(const AnswerContext& context, const LookupFailure& failure,
                        const SitePath& path)
{
    const bool single_page = context.settings.single_page;
    if (failure.status == 404) {
        const bool is_file =
            !path.is_folder && (context.site.options().show_hidden || !is_hidden_path(path.name));
        if (is_file)
            if (auto response = compressed_response(context, path.name))
                return std::move(*response);
        auto found = context.site.open(
            single_page ? context.site.options().indexes.front() : "404.html", context.cache);
        if (const auto* file = std::get_if<FilePointer>(&found))
            return single_page ? file_response(context, *file) : file_as_page(404, context, *file);
    }
    return page_response(failure.status, failure.reason, context);
}

Response answer_folder(const AnswerContext& context, const Folder& folder, std::string_view query)
{
    if (!context.settings.listing)
        return page_response(403, "The server does not list folders.", context);
    if (context.nonblocking) {
        Response later;
        later.would_block = true;
        return later;
    }
    auto page = listing_page(context.site, folder, listing_order(query));
    if (const auto* failure = std::get_if<LookupFailure>(&page))
        return page_response(failure->status, failure->reason, context);
    return html_response(200, std::get<std::string>(std::move(page)), context);
}

Response answer_get(const AnswerContext& context)
{
    const Target target = split_target(context.request.target);
    const auto path = parse_site_path(target.path);
    if (!path)
        return page_response(400, "The path's percent-encoding is malformed (RFC 3986 §2.1).",
                             context);

    const auto found = context.site.find(*path, context.cache);
    if (const auto* file = std::get_if<FilePointer>(&found)) return file_response(context, *file);
    if (const auto* failure = std::get_if<LookupFailure>(&found))
        return answer_failure(context, *failure, *path);
    if (const auto* folder = std::get_if<Folder>(&found))
        return answer_folder(context, *folder, target.query);
    Response response =
        page_response(301, "This is a folder: its address ends with a slash.", context);
    response.add("Location", std::get<Redirect>(found).path + std::string(target.query));
    return response;
}

/// The answer to a CORS preflight: all that it asks for (Fetch, "CORS-preflight request").
void add_permissions(Response& response, const http::RequestHead& request)
{
    response.add("Access-Control-Allow-Methods", allowed_methods);
    if (const auto fields = request.list("Access-Control-Request-Headers"))
        response.add("Access-Control-Allow-Headers", *fields);
    if (request.field("Access-Control-Request-Private-Network"))
        response.add("Access-Control-Allow-Private-Network", "true");
    response.add("Access-Control-Max-Age", "600");
    response.add("Vary", "Access-Control-Request-Headers");
}

Response answer_options(const AnswerContext& context)
{
    Response response = bare_response(204, context.settings, context.now);
    response.add("Allow", allowed_methods);
    if (context.settings.cors && context.request.field("Access-Control-Request-Method"))
        add_permissions(response, context.request);
    return response;
}

Response refuse_method(const AnswerContext& context)
{
    constexpr auto known_methods =
        std::to_array<std::string_view>({"CONNECT", "DELETE", "PATCH", "POST", "PUT", "TRACE"});
    if (std::ranges::find(known_methods, context.request.method) == known_methods.end())
        return page_response(501, "This server does not support the request's method.", context);
    Response response =
        page_response(405, "This server is read-only: GET, HEAD and OPTIONS.", context);
    response.add("Allow", allowed_methods);
    return response;
}

} // namespace

Response answer(const AnswerContext& context)
{
    const std::string_view method = context.request.method;
    if (method == "GET" || method == "HEAD") return answer_get(context);
    if (method == "OPTIONS") return answer_options(context);
    return refuse_method(context);
}

Response refuse(const http::Malformed& malformed, const ResponseSettings& settings,
                std::chrono::sys_seconds now)
{
    Response response = bare_response(malformed.status, settings, now);
    response.parts.push_back({.text = status_page(malformed.status, malformed.reason)});
    response.add_content("text/html; charset=utf-8");
    response.add("Connection", "close");
    return response;
}

} // namespace webserver
