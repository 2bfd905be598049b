#include "mailclient/message/message_id.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/error.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/printable.h"
#include "common/text/utf8.h"
#include "mailclient/failure.h"

namespace mail {

std::string date_text(std::time_t moment)
{
    std::tm local{};
    ::localtime_r(&moment, &local);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S %z", &local);
    return {text.data(), size};
}

std::string random_hex(std::size_t bytes)
{
    std::string random(bytes, '\0');
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(bytes))
        net::fail("get random bytes");
    return net::base16(random);
}

std::string message_id(std::string_view domain)
{
    constexpr std::size_t enough = 10; // 80 bits
    const bool is_good = !domain.empty() && net::is_ascii(domain);
    return "<" + std::to_string(std::time(nullptr)) + "." + random_hex(enough) + "@" +
           std::string(is_good ? domain : "mailclient.invalid") + ">";
}

std::string parse_message_id(std::string_view text)
{
    constexpr std::size_t longest = 980; // so that it fits into a line with the field's name
    std::string_view id = net::trim(text);
    if (id.starts_with('<') && id.ends_with('>')) id = id.substr(1, id.size() - 2);
    const auto at = id.find('@');
    const auto is_good = [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; };
    if (at == 0 || at == std::string_view::npos || at + 1 == id.size() || id.size() > longest ||
        !std::ranges::all_of(id, is_good))
        throw Failure(Exit::data, "'" + net::printable_line(text) +
                                      "' is no Message-ID, which is like <12345@example.org>");
    return "<" + std::string(id) + ">";
}

} // namespace mail
