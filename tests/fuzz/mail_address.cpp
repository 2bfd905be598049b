// Any text as addresses: an accepted address is the same after formatting and parsing, and has no
// line break.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/text/ascii.h"
#include "mailclient/failure.h"
#include "mailclient/message/address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        for (const auto& mailbox : mail::parse_addresses(text)) {
            const std::string spec = mail::spec(mailbox);
            const bool has_break =
                std::ranges::any_of(spec, [](char c) { return net::is_control(c) && c != '\t'; });
            const auto again = mail::parse_address(spec);
            if (has_break || again.local != mailbox.local || again.domain != mailbox.domain)
                std::abort();
        }
    } catch (const mail::Failure& failure) {
        if (failure.status() != mail::Exit::data) std::abort();
    }
    return 0;
}
