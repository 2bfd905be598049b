#include "udppinger/explain.h"

#include "common/program/output.h"
#include "common/text/ascii.h"
#include "udppinger/ping_message.h"

namespace udppinger {
namespace {

std::string part(std::string_view bytes, std::string_view name)
{
    constexpr std::size_t name_column = 24;
    std::string line = "    " + quoted(bytes);
    line.append(line.size() < name_column ? name_column - line.size() : 1, ' ');
    return line + "  " + std::string(name) + "\n";
}

} // namespace

std::string quoted(std::string_view bytes)
{
    constexpr std::size_t longest = 64;
    const std::string text = '"' + net::escaped(bytes.substr(0, longest)) + '"';
    const std::size_t rest = bytes.size() > longest ? bytes.size() - longest : 0;
    return rest == 0 ? text : text + " and " + net::count_text(rest, "byte") + " more";
}

std::string explain(std::string_view bytes, const net::Address& from, const net::Address& to)
{
    constexpr std::size_t header = 8; // RFC 768: two ports, the length, the checksum
    std::string text = "UDP from " + from.text() + " to " + to.text() + ", length " +
                       std::to_string(header + bytes.size()) + ": header 8, data " +
                       std::to_string(bytes.size()) + " (RFC 768)\n";
    const auto message = parse_message(bytes);
    if (!message) return text + (bytes.empty() ? "" : part(bytes, "neither ping nor heartbeat"));

    text += part(message->word, "type of message");
    text += part(message->number_text, "sequence number");
    const std::string time = message->time ? "in " + std::string(message->unit) + " since 1970"
                                           : "in a form that is not read here";
    if (!message->time_text.empty()) text += part(message->time_text, "sending time, " + time);
    if (!message->filling.empty()) text += part(message->filling, "filling up to the size");
    const std::string_view unpadded = without_padding(bytes);
    const std::string_view line_end = unpadded.substr(without_line_end(unpadded).size());
    if (!line_end.empty()) text += part(line_end, "line end");
    const std::size_t padding = bytes.size() - unpadded.size();
    return padding == 0 ? text
                        : text + "    and " + net::count_text(padding, "NUL") + " of padding\n";
}

} // namespace udppinger
