// What a request wants of the fetcher, read from its target and its Referer alone.
#pragma once

#include <optional>
#include <string>

#include "common/http/message.h"

namespace webserver {

struct Errand {
    enum class Kind {
        page,       // "/http://host/path": that page
        canonical,  // the same in another spelling: lead on to `url`
        form,       // "/-/fetch?url=...": lead on to `url`
        own_link,   // a saved page's root-relative link: lead on to `url`
        list,       // "/-/saved": the list of saved pages
        unreadable, // the door, but no URL behind it
    } kind;
    std::string url{}; // canonical
};

/// Nothing when the request is the site's affair: another method, another path.
[[nodiscard]] std::optional<Errand> errand_of(const http::RequestHead& request);

} // namespace webserver
