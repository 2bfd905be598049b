// Who may make the server fetch, read what it saved and watch it live: people in front of this
// machine, not the pages of other sites that their browsers show.
#pragma once

#include <optional>
#include <string>

#include "common/address.h"
#include "common/http/message.h"

namespace webserver {

enum class Fetching {
    off,
    local, // for clients on this machine
    all,   // for every client
};

/// Why this request may not; nothing when it may. Judged are, besides the client's address:
/// Sec-Fetch-Site and Origin, by which a browser says that another site's page is behind a request;
/// and, for clients on this machine, Host: a name that is not this machine's own may be a foreign
/// page's that was made to resolve to 127.0.0.1 (DNS rebinding).
[[nodiscard]] std::optional<std::string> refusal_of(const http::RequestHead& request,
                                                    const net::Address& client, Fetching fetching);

/// The same for whoever wants to watch: only clients on this machine may, under its own name.
[[nodiscard]] std::optional<std::string> refusal_to_show(const http::RequestHead& request,
                                                         const net::Address& client);

} // namespace webserver
