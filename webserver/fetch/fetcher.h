// The door to pages elsewhere: "GET /http://host/path" and what belongs to it.
#pragma once

#include <filesystem>

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
    /// Fetches into the folder `saved`, which is made when it is needed.
    Fetcher(Fetching fetching, FetchLimits limits, std::filesystem::path saved);

    /// Whether this request is for the fetcher and not for the site. Decided at once.
    [[nodiscard]] bool concerns(const http::RequestHead& request, const net::Address& client) const;

    /// The answer to such a request, a refusal where it may not ask; not concluded yet. May take as
    /// long as the limits say. Safe for many threads.
    [[nodiscard]] Reply answer(const http::RequestHead& request, const net::Address& client);

private:
    [[nodiscard]] Reply carry_out(const Errand& errand, const http::RequestHead& request);
    [[nodiscard]] Reply send_page(const std::string& url, const http::RequestHead& request);

    Fetching fetching_;
    FetchLimits limits_;
    Saved saved_;
};

} // namespace webserver
