#include "common/http/head_reader.h"

#include "common/error.h"
#include "common/text/ascii.h"

namespace http {
OwnedRequestHead::OwnedRequestHead(std::string_view bytes)
    : text(std::make_unique<const std::string>(bytes)),
      head(std::get<RequestHead>(parse_request(*text)))
{
}

std::optional<std::variant<Malformed, OwnedRequestHead>> read_request_head(net::Reader& reader,
                                                                           net::Deadline deadline)
try {
    do {
        const auto parsed = parse_request(reader.buffered());
        if (const auto* malformed = std::get_if<Malformed>(&parsed)) return *malformed;
        if (const auto* head = std::get_if<RequestHead>(&parsed)) {
            OwnedRequestHead owned(reader.buffered().substr(0, head->size));
            reader.consume(head->size);
            return owned;
        }
    } while (fill_line(reader, deadline));
    return std::nullopt;
} catch (const net::Timeout&) {
    return Malformed{408, "The request's head did not arrive in time."};
}

bool fill_line(net::Reader& reader, net::Deadline deadline)
{
    std::size_t seen = reader.buffered().size();
    while (reader.fill(deadline)) {
        const auto fresh = reader.buffered().substr(seen);
        if (net::contains(fresh, '\n') || reader.buffered().size() > max_target) return true;
        seen += fresh.size();
    }
    return false;
}

} // namespace http
