// Any bytes as a client's request: it is refused, or what the proxy sends on is a request again, of
// the same method and with the same body, that no other reader can take for something else.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "proxy/message/forwarded_head.h"

namespace {

void require(bool is_true)
{
    if (!is_true) std::abort();
}

void forward(std::string_view head, proxy::NextHop next)
{
    const proxy::Request request(head);
    if (!request.target()) return;
    const auto text = proxy::outgoing_request(request, "proxy-me", next).text();
    const auto parsed = http::parse_request(text);
    if (const auto* malformed = std::get_if<http::Malformed>(&parsed)) {
        require(malformed->status == 431 ||
                malformed->status == 414); // a little longer than it may
        return;
    }
    const auto* again = std::get_if<http::RequestHead>(&parsed);
    require(again != nullptr && again->size == text.size());
    require(again->method == request.method());
    require(proxy::has_via(again->fields, "proxy-me"));
    if (request.method() == "CONNECT") return;
    require(again->framing == request.head().framing);
    require(again->content_length == request.head().content_length);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto parsed = http::parse_request(bytes);
    if (const auto* head = std::get_if<http::RequestHead>(&parsed)) {
        forward(bytes.substr(0, head->size), proxy::NextHop::origin);
        forward(bytes.substr(0, head->size), proxy::NextHop::parent);
    }
    return 0;
}
