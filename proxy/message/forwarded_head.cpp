#include "proxy/message/forwarded_head.h"

#include <algorithm>
#include <random>

#include "common/http/date.h"
#include "common/text/ascii.h"
#include "common/text/number.h"

namespace proxy {
namespace {

std::string via(int minor_version, std::string_view pseudonym)
{
    return "1." + std::to_string(minor_version) + " " + std::string(pseudonym);
}

/// The name in "1.1 name (comment)".
std::string_view received_by(std::string_view member)
{
    member = net::trim(member);
    const auto space = std::min(member.find_first_of(" \t"), member.size());
    member = net::trim(member.substr(space));
    return member.substr(0, member.find_first_of(" \t"));
}

/// Keeps a hop-by-hop field that is meant for the next hop when that is a proxy.
void keep_for_proxy(Fields& fields, const std::vector<http::Field>& from, std::string_view name)
{
    for (const http::Field& field : from)
        if (net::equal_ignoring_case(field.name, name))
            fields.push_back({std::string(field.name), std::string(field.value)});
}

void frame(OutgoingRequest& outgoing, const http::RequestHead& head)
{
    remove(outgoing.fields, "Content-Length");
    outgoing.has_chunked_body = head.framing == http::Framing::chunked;
    if (outgoing.has_chunked_body)
        outgoing.fields.push_back({"Transfer-Encoding", "chunked"});
    else if (head.field("Content-Length"))
        outgoing.fields.push_back({"Content-Length", std::to_string(head.content_length)});
    else
        remove(outgoing.fields, "Trailer");
}

/// Forwards "TE: trailers" of a client that accepts them.
void forward_te(OutgoingRequest& outgoing, const http::RequestHead& head)
{
    const auto te = head.list("TE");
    if (head.minor_version == 0 || !te || !http::has_token(*te, "trailers")) return;
    outgoing.fields.push_back({"TE", "trailers"});
    outgoing.fields.push_back({"Connection", "TE"});
}

} // namespace

std::string make_pseudonym()
{
    constexpr std::string_view letters = "0123456789abcdef";
    constexpr int length = 12;
    std::random_device random;
    std::string name = "proxy-";
    for (int i = 0; i < length; ++i)
        name += letters[random() % letters.size()];
    return name;
}

bool has_via(const std::vector<http::Field>& fields, std::string_view pseudonym)
{
    return std::ranges::any_of(fields, [pseudonym](const http::Field& field) {
        return net::equal_ignoring_case(field.name, "Via") &&
               std::ranges::any_of(net::split(field.value, ','), [pseudonym](auto member) {
                   return received_by(member) == pseudonym;
               });
    });
}

std::string OutgoingRequest::text() const
{
    constexpr std::size_t usual = 1024;
    std::string text;
    text.reserve(usual);
    text += method;
    text += ' ';
    text += target;
    text += " HTTP/1.1\r\n";
    append_lines(text, fields);
    return text += "\r\n";
}

bool OutgoingRequest::authenticates_connection() const
{
    return std::ranges::any_of(fields, [](const HeaderField& field) {
        const std::string_view value = field.value;
        const auto scheme = value.substr(0, value.find(' '));
        return (net::equal_ignoring_case(field.name, "Authorization") ||
                net::equal_ignoring_case(field.name, "Proxy-Authorization")) &&
               (net::equal_ignoring_case(scheme, "NTLM") ||
                net::equal_ignoring_case(scheme, "Negotiate"));
    });
}

void remove_content(OutgoingRequest& outgoing)
{
    for (const std::string_view name : {"Content-Length", "Transfer-Encoding", "Trailer", "Expect"})
        remove(outgoing.fields, name);
    outgoing.has_chunked_body = false;
}

OutgoingRequest outgoing_request(const Request& request, std::string_view pseudonym, NextHop next)
{
    const http::RequestHead& head = request.head();
    const RequestTarget& target = *request.target();
    const bool is_tunnel = head.method == "CONNECT";
    OutgoingRequest outgoing{.method = std::string(head.method)};
    outgoing.target = next == NextHop::parent || is_tunnel ? target.url : target.path;
    outgoing.fields = end_to_end(head.fields);
    remove(outgoing.fields, "Host");
    outgoing.fields.insert(outgoing.fields.begin(), {"Host", target.authority});
    if (head.minor_version == 0) remove(outgoing.fields, "Expect"); // RFC 9110 §10.1.1
    if (next == NextHop::parent)
        keep_for_proxy(outgoing.fields, head.fields, "Proxy-Authorization");

    if (!is_tunnel) frame(outgoing, head);
    forward_te(outgoing, head);
    if (const auto left = hops_left(request))
        set(outgoing.fields, "Max-Forwards", std::to_string(*left - 1));
    outgoing.fields.push_back({"Via", via(head.minor_version, pseudonym)});
    return outgoing;
}

std::optional<std::uint64_t> hops_left(const Request& request)
{
    if (request.method() != "OPTIONS" && request.method() != "TRACE") return std::nullopt;
    const auto text = request.head().field("Max-Forwards");
    return text ? net::parse_capped(*text) : std::nullopt;
}

Response incoming_response(const http::ReceivedResponse& head, std::string_view pseudonym,
                           NextHop from, std::chrono::sys_seconds now)
{
    Response response{.status = head.status,
                      .reason = std::string(head.reason),
                      .fields = end_to_end(head.fields)};
    if (head.framing == http::Framing::counted || head.field("Content-Length"))
        response.body_size = head.content_length;
    if (head.field("Content-Length")) // once, if it came as "5, 5"
        set(response.fields, "Content-Length", std::to_string(head.content_length));
    if (head.status < 200) remove(response.fields, "Content-Length"); // RFC 9110 §8.6
    if (from == NextHop::parent)
        for (const std::string_view name : {"Proxy-Authenticate", "Proxy-Authentication-Info"})
            keep_for_proxy(response.fields, head.fields, name);
    if (head.status >= 200 && !find(response.fields, "Date")) // RFC 9110 §6.6.1
        response.fields.push_back({"Date", http::format_date(now)});
    response.fields.push_back({"Via", via(head.minor_version, pseudonym)});
    return response;
}

} // namespace proxy
