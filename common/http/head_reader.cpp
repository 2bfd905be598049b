#include "common/http/head_reader.h"

#include "common/http/message.h"
#include "common/text/ascii.h"

namespace http {

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
