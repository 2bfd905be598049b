#include "common/text/json.h"

#include "common/text/ascii.h"

namespace net {

std::string json_string(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (is_control(c))
            result += "\\u00" + hex_escape(c).substr(2);
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else
            result += c;
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
