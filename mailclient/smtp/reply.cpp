#include "mailclient/smtp/reply.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/number.h"
#include "common/text/printable.h"

namespace mail {
namespace {

constexpr std::size_t code_size = 3;

/// The code at the start of the line; 0 when there is none.
int code_of(std::string_view line)
{
    const auto digits = line.substr(0, code_size);
    const bool is_code = digits.size() == code_size && std::ranges::all_of(digits, net::is_digit) &&
                         digits.front() >= '2' && digits.front() <= '5';
    return is_code ? static_cast<int>(*net::parse_number<unsigned>(digits)) : 0;
}

/// A whole line: code, then nothing, a blank or a hyphen.
bool is_reply_line(std::string_view line)
{
    return code_of(line) != 0 && (line.size() == code_size || net::contains(" -", line[code_size]));
}

std::string capitals(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), net::to_upper);
    return result;
}

void add_extension(Offer& offer, std::string_view line)
{
    auto words = net::split(line, ' ');
    std::erase(words, std::string_view());
    if (words.empty()) return;
    const std::string keyword = capitals(words.front());
    if (keyword == "STARTTLS") offer.starttls = true;
    if (keyword == "PIPELINING") offer.pipelining = true;
    if (keyword == "8BITMIME") offer.eight_bit = true;
    if (keyword == "SMTPUTF8") offer.utf8 = true;
    if (keyword == "SIZE") {
        offer.supports_size = true;
        if (words.size() > 1) offer.most = net::parse_number(words[1]).value_or(0);
    }
    const bool is_auth = keyword == "AUTH" || keyword.starts_with("AUTH="); // AUTH= is obsolete
    if (keyword.starts_with("AUTH=")) offer.logins.push_back(keyword.substr(keyword.find('=') + 1));
    for (std::size_t i = 1; is_auth && i < words.size(); ++i)
        offer.logins.push_back(capitals(words[i]));
}

} // namespace

std::string Reply::text() const
{
    std::string all = std::to_string(code);
    for (const std::string& line : lines)
        if (!line.empty())
            all += (&line == &lines.front() ? " " : " / ") + net::printable_line(line);
    return all;
}

bool is_too_many_recipients(const Reply& reply)
{
    constexpr int no_storage = 452;
    constexpr int storage_exceeded = 552;
    if (reply.code != no_storage && reply.code != storage_exceeded) return false;
    const auto parts = net::split(net::split(reply.lines.front(), ' ').front(), '.');
    const bool is_enhanced = parts.size() == 3 && std::ranges::all_of(parts, [](auto part) {
                                 return net::parse_number<unsigned>(part).has_value();
                             });
    return !is_enhanced || (parts[1] == "5" && parts[2] == "3");
}

ParsedReply parse_reply(std::string_view bytes)
{
    using Status = ParsedReply::Status;
    ParsedReply result;
    for (auto left = bytes;;) {
        const auto end = left.find('\n');
        auto line = left.substr(0, end);
        if (line.size() > longest_reply_line || result.size + line.size() > longest_reply)
            return {.status = Status::bad};
        if (end == std::string_view::npos) return {.status = Status::incomplete};
        if (line.ends_with('\r')) line.remove_suffix(1);
        const bool is_same = result.reply.code == 0 || result.reply.code == code_of(line);
        if (!is_reply_line(line) || !is_same) return {.status = Status::bad};

        result.reply.code = code_of(line);
        result.reply.lines.emplace_back(line.substr(std::min(line.size(), code_size + 1)));
        result.size += end + 1;
        left.remove_prefix(end + 1);
        if (line.size() > code_size && line[code_size] == '-') continue;
        result.status = Status::complete;
        return result;
    }
}

Offer parse_offer(const Reply& ehlo)
{
    Offer offer{.is_extended = true};
    for (std::size_t i = 1; i < ehlo.lines.size(); ++i) // the first is a greeting
        add_extension(offer, ehlo.lines[i]);
    return offer;
}

} // namespace mail
