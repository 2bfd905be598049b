#include "webserver/fetch/http_client.h"

#include "common/error.h"
#include "common/http/page_url.h"
#include "common/text/ascii.h"
#include "common/tls/tls.h"

namespace webserver {
namespace {

constexpr int most_interim = 16; // 103 may come several times, but not endlessly
constexpr int switching_protocols = 101;

/// Opens a tunnel through a proxy. A TLS server never sends first, so bytes after the head are an
/// error.
void open_tunnel(net::Stream& stream, const std::string& target, net::Deadline deadline)
{
    stream.write("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n", deadline);
    net::Reader reader(stream);
    for (;;) {
        const auto parsed = http::parse_response(reader.buffered(), "CONNECT");
        if (const auto* malformed = std::get_if<http::Malformed>(&parsed))
            throw net::Error("read the proxy's response: " + malformed->reason);
        if (const auto* head = std::get_if<http::ReceivedResponse>(&parsed)) {
            constexpr int success = 2;
            if (head->status / 100 == success && head->size == reader.buffered().size()) return;
            throw net::Error("open a tunnel to " + target + ": the proxy's response is " +
                             std::to_string(head->status) + " " + std::string(head->reason));
        }
        if (!reader.fill(deadline))
            throw net::Error(
                "read the proxy's response: the connection ended before the end of the head");
    }
}

} // namespace

std::unique_ptr<net::Stream> connect(const http::Url& url, const ConnectOptions& route,
                                     net::Deadline deadline)
{
    const bool is_https = net::equal_ignoring_case(url.scheme, "https");
    const std::string host(url.host);
    const http::Url& next = route.proxy ? *route.proxy : url;
    const std::string next_host(next.host);
    const std::uint16_t next_port = http::port_of(next);
    auto addresses = net::resolve(next_host, next_port, SOCK_STREAM);
    if (route.check_addresses) route.check_addresses(addresses);
    std::unique_ptr<net::Stream> stream = std::make_unique<net::TcpStream>(
        net::TcpStream::connect(addresses, net::host_and_port(next_host, next_port), deadline));
    if (!is_https) return stream;
    if (route.proxy) open_tunnel(*stream, net::host_and_port(host, http::port_of(url)), deadline);
    return net::start_tls(std::move(stream), host, route.authorities, deadline);
}

std::string OutgoingRequest::text() const
{
    std::string text(method);
    const std::string origin = to_proxy ? "http://" + http::authority_of(url) : "";
    text += " " + origin + (url.path.empty() ? "/" : std::string(url.path)) +
            std::string(url.query) + " HTTP/1.1\r\nHost: " + http::authority_of(url) + "\r\n";
    for (const auto& [name, value] : fields)
        text += std::string(name) + ": " + value + "\r\n";
    return text + "Connection: close\r\n\r\n";
}

HttpExchange::HttpExchange(std::unique_ptr<net::Stream> stream, const OutgoingRequest& request,
                           std::uint64_t most, net::Deadline deadline)
    : stream_(std::move(stream)), reader_(*stream_)
{
    stream_->write(request.text(), deadline);
    int interim = 0;
    do {
        if (interim++ > most_interim)
            throw net::Error("read the response: there are too many interim responses (1xx)");
        receive_head(request.method, deadline);
    } while (head_.status < 200 && head_.status != switching_protocols);
    if (head_.status == switching_protocols)
        throw net::Error(
            "read the response: the server switched protocols without a request for it (101)");
    body_.emplace(reader_, head_.framing, head_.content_length, most);
}

void HttpExchange::receive_head(std::string_view method, net::Deadline deadline)
{
    for (;;) {
        const auto parsed = http::parse_response(reader_.buffered(), method);
        if (const auto* malformed = std::get_if<http::Malformed>(&parsed))
            throw net::Error("read the response: " + malformed->reason);
        if (const auto* head = std::get_if<http::ReceivedResponse>(&parsed)) {
            head_text_ = reader_.buffered().substr(0, head->size);
            break;
        }
        if (!reader_.fill(deadline))
            throw net::Error("read the response: the connection ended before the end of the head");
    }
    reader_.consume(head_text_.size());
    auto again = http::parse_response(head_text_, method); // with views of head_text_
    head_ = std::get<http::ReceivedResponse>(std::move(again));
}

} // namespace webserver
