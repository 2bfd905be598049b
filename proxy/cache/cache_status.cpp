#include "proxy/cache/cache_status.h"

namespace proxy {

std::string CacheStatus::text() const
{
    std::string text = "proxy";
    if (hit)
        text += "; hit";
    else
        text += "; fwd=" + std::string(name_of(forward));
    if (forward_status != 0) text += "; fwd-status=" + std::to_string(forward_status);
    if (stored) text += "; stored";
    if (collapsed) text += "; collapsed";
    if (ttl) text += "; ttl=" + std::to_string(ttl->count());
    if (!detail.empty()) text += "; detail=\"" + detail + "\"";
    return text;
}

} // namespace proxy
