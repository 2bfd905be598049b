#include "common/text/json.h"

#include "common/text/ascii.h"
#include "common/text/utf8.h"

namespace net {

std::string json_string(std::string_view text)
{
    constexpr std::string_view replacement = "\xef\xbf\xbd"; // U+FFFD
    std::string result = "\"";
    for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
        size = character_size(text);
        const char c = text.front();
        if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (is_control(c))
            result += "\\u00" + hex_escape(c).substr(2);
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else
            result += size > 1 || is_ascii(text.substr(0, 1)) ? text.substr(0, size) : replacement;
    }
    return result + '"';
}

std::string json_object(const JsonMembers& members)
{
    std::string text;
    for (const auto& [name, value] : members)
        text += (text.empty() ? "{" : ",") + json_string(name) + ":" + value;
    return (text.empty() ? "{" : text) + "}";
}

std::string json_array(const std::vector<std::string>& values)
{
    std::string text;
    for (const std::string& value : values)
        text += (text.empty() ? "[" : ",") + value;
    return (text.empty() ? "[" : text) + "]";
}

} // namespace net
