// A request to the fetcher, parsed from its target and its Referer alone.
#pragma once

#include <optional>
#include <string>

#include "common/http/message.h"

namespace webserver {

struct FetchRequest {
    enum class Kind {
        page,      // "/http://host/path": that page
        canonical, // the same in another spelling: redirect to `url`
        form,      // "/-/fetch?url=...": redirect to `url`
        own_link,  // a saved page's root-relative link: redirect to `url`
        list,      // "/-/saved": the list of saved pages
        bad_url,   // one of the above, but its URL is invalid
    } kind;
    std::string url{}; // canonical
};

/// Nothing for a request to the site itself: another method than GET or HEAD, or another path.
[[nodiscard]] std::optional<FetchRequest> parse_fetch_request(const http::RequestHead& request);

} // namespace webserver
