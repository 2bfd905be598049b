// Serves the fetcher's URLs: "/http://host/path", "/-/fetch" and "/-/saved".
#pragma once

#include <filesystem>
#include <semaphore>
#include <string>

#include "common/address.h"
#include "common/http/message.h"
#include "webserver/fetch/fetch.h"
#include "webserver/fetch/fetch_request.h"
#include "webserver/fetch/page_store.h"
#include "webserver/site/access.h"
#include "webserver/site/response.h"

namespace webserver {

class Fetcher {
public:
    /// Saves pages in the folder `saved`, which is created with the first page.
    Fetcher(FetchPolicy fetching, FetchLimits limits, std::filesystem::path saved);

    /// Whether this request is for the fetcher and not for the site. Does not block.
    [[nodiscard]] bool handles(const http::RequestHead& request, const net::Address& client) const;

    /// The response to such a request, 403 where the client may not fetch; not concluded yet.
    /// Blocks for up to `limits.time`. Thread-safe.
    [[nodiscard]] Response answer(const http::RequestHead& request, const net::Address& client);

private:
    [[nodiscard]] Response respond(const FetchRequest& fetch_request,
                                   const http::RequestHead& request);
    [[nodiscard]] Response respond_with_page(const std::string& url,
                                             const http::RequestHead& request);

    FetchPolicy fetching_;
    FetchLimits limits_;
    PageStore saved_;
    const std::string via_; // names this process to origins, so that it knows its own requests
    std::counting_semaphore<> places_; // for fetches at once
};

} // namespace webserver
