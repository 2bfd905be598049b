// Access control for fetching, saved pages and the live page: by the client's address, and against
// requests made by other sites' pages in a user's browser.
#pragma once

#include <optional>
#include <string>

#include "common/address.h"
#include "common/http/message.h"

namespace webserver {

enum class FetchPolicy {
    off,
    local, // for clients on this machine
    all,   // for every client
};

/// The reason to refuse this request; nothing when it is allowed. Checks the client's address;
/// Sec-Fetch-Site and Origin, by which a browser reports a request made by another site's page;
/// and, with FetchPolicy::local, Host: a name other than this machine's own may belong to another
/// site and resolve to 127.0.0.1 (DNS rebinding).
[[nodiscard]] std::optional<std::string>
fetch_refusal(const http::RequestHead& request, const net::Address& client, FetchPolicy fetching);

/// The same for the live page: only for clients on this machine, under its own name.
[[nodiscard]] std::optional<std::string> live_page_refusal(const http::RequestHead& request,
                                                           const net::Address& client);

} // namespace webserver
