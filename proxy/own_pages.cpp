#include "proxy/own_pages.h"

#include <unistd.h>

#include <array>

#include "common/http/page.h"
#include "proxy/status/status.h"

namespace proxy {
namespace {

constexpr std::string_view html = "text/html; charset=utf-8";

std::string host_name()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

OwnResponse options_response()
{
    OwnResponse response = own_response(204, html, "");
    remove(response.head.fields, "Content-Type");
    response.head.fields.push_back({"Allow", "GET, HEAD, OPTIONS"});
    return response;
}

/// For requests under another site's name, which can only be meant for that: 421 (RFC 9110
/// §15.5.20).
OwnResponse greeting(int status)
{
    return own_response(
        status, html,
        http::page("proxy", "<h1>This is a proxy</h1>\n<p>Enter it in your browser's proxy "
                            "settings, then open any page. "
                            "Its status page is available at its IP address or localhost.</p>\n"));
}

OwnResponse status_response(const net::Address& client, const Service& service)
{
    const Store& store = service.cache.store;
    CacheUsage usage{
        .entries = store.count(), .bytes = store.size(), .capacity = store.limits().capacity};
    const bool is_here = net::leads_to_loopback(client);
    if (is_here) usage.trouble = store.trouble(); // the text names folders
    const auto detail = is_here ? StatusDetail::requests : StatusDetail::counters;
    return own_response(200, "application/json", status_json(service.statistics, usage, detail));
}

OwnResponse page_response()
{
    OwnResponse response = own_response(200, html, status_page());
    response.head.fields.push_back({"Content-Security-Policy",
                                    "default-src 'none'; style-src 'unsafe-inline'; script-src "
                                    "'unsafe-inline'; connect-src 'self'; img-src data:; "
                                    "frame-ancestors 'none'"});
    return response;
}

OwnResponse find_own_page(const Request& request, const net::TcpStream& client,
                          const Service& service)
{
    const auto& head = request.head();
    if (head.target != "*" && !head.target.starts_with('/'))
        throw HttpError(501, "This proxy fetches http URLs. For https URLs, clients use CONNECT.");
    if (head.method == "OPTIONS") return options_response();
    if (head.method != "GET" && head.method != "HEAD")
        throw HttpError(405, "The proxy's own pages support only GET, HEAD and OPTIONS.");

    const std::string here = net::local_address(client.descriptor()).text();
    const auto host = head.field("Host").value_or(here);
    const auto path = head.target.substr(0, head.target.find('?'));
    if (path == "/proxy.pac" || path == "/wpad.dat") // under any name: it tells nothing else
        return own_response(200, "application/x-ns-proxy-autoconfig", pac_file(host));
    if (!is_own_name(host, host_name())) return greeting(path == "/" ? 200 : 421);
    if (!service.login.accepts(head.field("Authorization")))
        throw HttpError(401, "This page requires a login.");
    if (path == "/status.json") return status_response(client.peer(), service);
    if (path == "/") return page_response();
    throw HttpError(404, "No such page. To fetch a site through this proxy, send its absolute "
                         "URL.");
}

} // namespace

Outcome require_login(const Request& request, ClientSide client, const Service& service)
{
    ResponseWriter writer(client.stream, request.head(), service.timeouts.body, service.transcript);
    if (request.method() == "CONNECT") writer.close_after_response();
    return deliver(HttpError(407, "This proxy requires a login."), "", writer);
}

Outcome serve_own_page(const Request& request, ClientSide client, const Service& service)
{
    ResponseWriter writer(client.stream, request.head(), service.timeouts.body, service.transcript);
    try {
        return deliver(find_own_page(request, client.stream, service), writer);
    } catch (const HttpError& error) {
        return deliver(error, "", writer);
    }
}

} // namespace proxy
