// The Content-Type of a file: from its name, the user's wishes, and the charset that a page
// declares.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace webserver {

/// The user's options for types; an empty string stands for the usual.
struct TypeOptions {
    std::vector<std::pair<std::string, std::string>> by_extension{}; // "txt", its type
    std::string otherwise{}; // for files of an unknown extension
};

/// So many bytes at a file's beginning may have a charset declaration (HTML, "prescan a byte
/// stream to determine its encoding").
inline constexpr std::size_t prescan_size = 1024;

/// The type of the file `name`. Text has "charset=utf-8", unless its `beginning` (at most
/// prescan_size bytes are looked at) has another byte order mark, or declares another charset,
/// which the parameter would overrule.
[[nodiscard]] std::string content_type(std::string_view name, std::string_view beginning,
                                       const TypeOptions& options);

/// The content coding that the name stands for: an .svgz is gzip, and a file that ends in .br,
/// which no program takes for an archive, is what the rest of its name says in brotli. Empty for
/// others.
[[nodiscard]] std::string_view content_coding(std::string_view name);

/// The charset that an HTML page declares (a <meta> with "charset=", outside comments), in lower
/// case; empty for none.
[[nodiscard]] std::string declared_charset(std::string_view html);

} // namespace webserver
