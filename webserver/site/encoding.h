// Which precompressed copy of a file a client may have (RFC 9110 §12.5.3).
#pragma once

#include <string_view>
#include <vector>

namespace webserver {

/// A content coding that stands ready beside a file, as page.html.gz stands beside page.html.
struct Coding {
    std::string_view name;   // "gzip"
    std::string_view suffix; // ".gz"
};

/// Those that are looked for, the smallest first.
inline constexpr Coding codings[] = {{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}};

/// The codings that an Accept-Encoding field's `list` accepts, the best liked first; of equally
/// liked ones the smallest. Those liked less than the file as it is ("identity") are left out.
[[nodiscard]] std::vector<Coding> accepted_codings(std::string_view list);

} // namespace webserver
