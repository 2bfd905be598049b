// The responses about fetched pages: a saved page itself, the list of all, redirects and errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "webserver/fetch/fetch.h"
#include "webserver/site/response.h"

namespace webserver {

/// The saved page in a sandbox: its scripts do not run, since they would run with this site's
/// origin. The request's preconditions and ranges count. An old copy of an HTML page (origin_away)
/// says at its end that it is one, if a browser shows it.
[[nodiscard]] Response response_with_saved(Fetched fetched, const http::RequestHead& request);

/// A table of links to the saved pages.
[[nodiscard]] Response response_with_list(const std::vector<SavedPage>& pages);

/// A 302 to another address on this server.
[[nodiscard]] Response response_with_redirect(const std::string& location);

/// A page with only the status and the reason.
[[nodiscard]] Response response_with_failure(int status, std::string_view reason);

} // namespace webserver
