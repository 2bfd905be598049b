#include "proxy/message/error_page.h"

#include "common/http/date.h"
#include "common/http/message.h"
#include "common/http/page.h"

namespace proxy {

OwnResponse own_response(int status, std::string_view type, std::string body)
{
    Response head{.status = status,
                  .reason = std::string(http::reason_phrase(status)),
                  .fields = {{"Date", http::format_date(http::now())},
                             {"Content-Type", std::string(type)},
                             {"Cache-Control", "no-store"}},
                  .body_size = body.size()};
    return {std::move(head), std::move(body)};
}

namespace {

/// The fields that a response of this status must or should have (RFC 9110 §15.5.2, §15.5.6,
/// §15.5.8, §15.6.4).
Fields fields_of_status(int status)
{
    constexpr const char* realm = R"(Basic realm="proxy", charset="UTF-8")";
    switch (status) {
    case 401: return {{"WWW-Authenticate", realm}};
    case 405: return {{"Allow", "GET, HEAD, OPTIONS"}};
    case 407: return {{"Proxy-Authenticate", realm}};
    case 503: return {{"Retry-After", "1"}};
    default: return {};
    }
}

} // namespace

OwnResponse error_response(const HttpError& error, std::string_view what)
{
    const int status = error.status();
    const std::string title =
        std::to_string(status) + " " + std::string(http::reason_phrase(status));
    std::string body = "<h1>" + title + "</h1>\n";
    if (!what.empty()) body += "<p>Requested: <b>" + http::escape_html(what) + "</b></p>\n";
    body += "<p>" + http::escape_html(error.what()) +
            "</p>\n<p><small>This page comes from the proxy, not from the site.</small></p>\n";
    OwnResponse response =
        own_response(status, "text/html; charset=utf-8", http::page(title, body));
    if (!error.error_type().empty()) // RFC 9209
        response.head.fields.push_back(
            {"Proxy-Status", "proxy; error=" + std::string(error.error_type())});
    for (HeaderField& field : fields_of_status(status))
        response.head.fields.push_back(std::move(field));
    return response;
}

} // namespace proxy
