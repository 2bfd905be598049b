// Any text as a header field: short ASCII lines that decode to the same text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "common/text/ascii.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"
#include "mailclient/message/header.h"
#include "tests/unit/mail_words.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const std::string field = mail::text_field("Subject", text);
        if (!field.ends_with("\r\n") || !net::is_ascii(field)) std::abort();
        for (const auto line :
             net::split(std::string_view(field).substr(0, field.size() - 2), '\n'))
            if (line.size() > 79) std::abort();
        const std::string value = mail_words::unfolded(field).substr(8);
        if (text.empty() ? !value.empty() && value != " "
                         : mail_words::decoded(value.substr(1)) != text)
            std::abort();
    } catch (const mail::Failure&) {
        const bool is_fine = net::is_utf8(text) && std::ranges::none_of(text, [](char c) {
                                 return net::is_control(c) && c != '\t';
                             });
        if (is_fine) std::abort();
    }
    return 0;
}
