// The pages about fetched pages: a saved one on its way to the client, the list of all, redirects
// and refusals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "webserver/fetch/fetch.h"
#include "webserver/site/response.h"

namespace webserver {

/// The saved page itself, in a sandbox: its scripts do not run, since here they would run as this
/// site's. With `notice`, a page of HTML that is older than it should be says so at its end.
[[nodiscard]] Reply reply_with_saved(Fetched fetched, bool notice);

/// A table of links.
[[nodiscard]] Reply reply_with_list(const std::vector<SavedPage>& pages);

/// Leads on to another address on this server.
[[nodiscard]] Reply reply_with_redirect(const std::string& location);

/// Nothing but a status and why.
[[nodiscard]] Reply reply_with_failure(int status, std::string_view reason);

} // namespace webserver
