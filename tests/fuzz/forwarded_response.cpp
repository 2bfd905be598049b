// Any bytes as an origin's answer: it is refused, or its head as the client gets it is a head
// again, of the same status, with none of the fields that are for one hop.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/http/date.h"
#include "proxy/message/forwarded_head.h"

namespace {

void require(bool is_true)
{
    if (!is_true) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto parsed = http::parse_response(bytes, "GET");
    const auto* head = std::get_if<http::ReceivedResponse>(&parsed);
    if (head == nullptr) return 0;

    const auto response =
        proxy::incoming_response(*head, "proxy-me", proxy::NextHop::origin, http::now());
    std::string text =
        "HTTP/1.1 " + std::to_string(response.status) + " " + response.reason + "\r\n";
    proxy::append_lines(text, response.fields);
    text += "\r\n";
    const auto again = http::parse_response(text, "GET");
    if (const auto* malformed = std::get_if<http::Malformed>(&again)) {
        require(text.size() > http::max_head || response.fields.size() > http::max_fields);
        require(malformed->status == 502);
        return 0;
    }
    const auto& parsed_again = std::get<http::ReceivedResponse>(again);
    require(parsed_again.size == text.size() && parsed_again.status == head->status);
    for (const auto& field : parsed_again.fields)
        require(!proxy::is_hop_by_hop(field.name));
    return 0;
}
