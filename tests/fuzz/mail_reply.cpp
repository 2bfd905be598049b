// Replies of a hostile server: a complete reply does not depend on the bytes after it, and its text
// has no control characters.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/text/ascii.h"
#include "mailclient/smtp/line_meaning.h"
#include "mailclient/smtp/reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using Status = mail::ParsedReply::Status;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto parsed = mail::parse_reply(bytes);
    if (parsed.status != Status::complete) return 0;
    if (parsed.size > size || parsed.reply.code < 200 || parsed.reply.code > 599) std::abort();
    const auto again = mail::parse_reply(bytes.substr(0, parsed.size));
    if (again.status != Status::complete || again.reply.lines != parsed.reply.lines) std::abort();
    if (parsed.size > 0 &&
        mail::parse_reply(bytes.substr(0, parsed.size - 1)).status == Status::complete)
        std::abort();
    if (std::ranges::any_of(parsed.reply.text(), net::is_control)) std::abort();
    static_cast<void>(mail::parse_offer(parsed.reply));
    for (const auto& line : parsed.reply.lines)
        static_cast<void>(mail::explain_reply_line(line));
    return 0;
}
