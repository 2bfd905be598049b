// Choice of a file's precompressed copy by Accept-Encoding (RFC 9110 §12.5.3).
#pragma once

#include <string_view>
#include <vector>

namespace webserver {

/// A content coding and the suffix of such copies: page.html.gz beside page.html.
struct Coding {
    std::string_view name;   // "gzip"
    std::string_view suffix; // ".gz"
};

/// The supported codings, the best compression first.
inline constexpr Coding codings[] = {{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}};

/// The codings that an Accept-Encoding field's `list` accepts, by descending weight; of equal
/// weights, in the order of `codings`. Weights below that of "identity" are left out.
[[nodiscard]] std::vector<Coding> accepted_codings(std::string_view list);

} // namespace webserver
