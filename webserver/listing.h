// The page that lists a folder.
#pragma once

#include <string>

#include "webserver/site.h"

namespace webserver {

/// How the entries are put in order; folders always come first.
enum class ListingOrder { by_name, by_size, by_date };

/// From a URL's query: "?sort=size" or "?sort=date"; by name for anything else.
[[nodiscard]] ListingOrder listing_order(std::string_view query);

/// An HTML page with a link, the size and the date of everything in the folder that is not hidden.
/// Names may hold any byte: they are escaped, and encoded in links. Throws net::Error when the
/// folder can't be read.
[[nodiscard]] std::string listing_page(const Folder& folder, ListingOrder order);

} // namespace webserver
