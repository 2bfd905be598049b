// The page that lists a folder.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "webserver/site/site.h"

namespace webserver {

/// Order of the entries; folders always come first.
enum class ListingOrder { by_name, by_size, by_date };

/// From a URL's query: "?sort=size" or "?sort=date"; by name for anything else.
[[nodiscard]] ListingOrder listing_order(std::string_view query);

/// An HTML page with a link, the size and the date of every file and folder in `folder` that is not
/// hidden; for a symbolic link, those of its target within the site. Names may hold any byte: they
/// are escaped, and encoded in links.
[[nodiscard]] std::variant<std::string, LookupFailure>
listing_page(const Site& site, const Folder& folder, ListingOrder order);

} // namespace webserver
