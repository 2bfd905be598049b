#include "common/http/connection.h"

#include <array>

#include "common/ascii.h"
#include "common/http/message.h"

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

void linger(net::TcpStream& client)
{
    using namespace std::chrono_literals;
    client.shutdown_writing();
    std::array<char, std::size_t{16} * 1024> ignored{};
    const auto end = net::Deadline::in(30s);
    while (client.read(ignored, net::Deadline::earlier(end, net::Deadline::in(5s))) > 0) {
    }
}

} // namespace http
