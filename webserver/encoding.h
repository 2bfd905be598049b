// Which precompressed copy of a file a client may have (RFC 9110 §12.5.3).
#pragma once

#include <optional>
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

/// The codings that an Accept-Encoding field accepts, the best liked first; of equally liked ones
/// the smallest. Without the field there are none, and those liked less than the file as it is
/// ("identity") are left out.
[[nodiscard]] std::vector<Coding>
accepted_codings(const std::optional<std::string_view>& accept_encoding);

} // namespace webserver
