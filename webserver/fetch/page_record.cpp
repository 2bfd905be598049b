#include "webserver/fetch/page_record.h"

#include <algorithm>
#include <vector>

#include "common/http/date.h"
#include "common/http/list.h"
#include "common/text/ascii.h"
#include "common/text/number.h"

namespace webserver {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr seconds longest_lifetime = std::chrono::years(1); // longer ones are capped

/// delta-seconds (RFC 9111 §1.2.2) of any number of digits; 0 when malformed.
seconds parse_delta(std::string_view text)
{
    const auto most = static_cast<std::uint64_t>(longest_lifetime.count());
    return seconds(std::min(net::parse_capped(text).value_or(0), most));
}

std::string text_of(std::optional<std::string_view> value)
{
    return std::string(value.value_or(""));
}

} // namespace

sys_seconds fresh_until(const http::ReceivedResponse& response, sys_seconds now)
{
    std::optional<seconds> lifetime;
    for (const auto& field : response.fields) {
        if (!net::equal_ignoring_case(field.name, "Cache-Control")) continue;
        for (const auto member : http::list_members(field.value)) {
            const std::string directive = net::to_lower(member);
            if (directive.starts_with("no-cache") || directive == "no-store") return now;
            constexpr std::string_view max_age = "max-age=";
            if (directive.starts_with(max_age))
                lifetime = parse_delta(http::unquoted(directive.substr(max_age.size())));
        }
    }
    if (!lifetime) {
        const auto date = http::parse_date(text_of(response.field("Date")), now).value_or(now);
        const auto expires = http::parse_date(text_of(response.field("Expires")), now);
        lifetime = std::min<seconds>(expires.value_or(date) - date, longest_lifetime);
    }
    const seconds left = *lifetime - parse_delta(text_of(response.field("Age")));
    return now + std::max(left, seconds(0));
}

SavedPage page_of(const std::string& url, const http::ReceivedResponse& response, sys_seconds now)
{
    return {.url = url,
            .moved_to = {},
            .type = text_of(response.field("Content-Type")),
            .coding = http::combined_list(response.fields, "Content-Encoding").value_or(""),
            .etag = text_of(response.field("ETag")),
            .last_modified = text_of(response.field("Last-Modified")),
            .fetched = now,
            .fresh_until = fresh_until(response, now)};
}

std::string record_of(const SavedPage& page)
{
    std::string text;
    const auto line = [&text](std::string_view name, const std::string& value) {
        if (!value.empty()) text += std::string(name) + ": " + value + "\n";
    };
    line("URL", page.url);
    line("Moved-To", page.moved_to);
    line("Content-Type", page.type);
    line("Content-Encoding", page.coding);
    line("Size", std::to_string(page.size));
    line("ETag", page.etag);
    line("Last-Modified", page.last_modified);
    line("Fetched", http::format_date(page.fetched));
    line("Fresh-Until", http::format_date(page.fresh_until));
    return text;
}

std::optional<SavedPage> parse_record(std::string_view text)
{
    std::vector<http::Field> lines;
    for (const auto line : net::split(text, '\n')) {
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos)
            lines.push_back({line.substr(0, colon), line.substr(colon + 2)});
    }
    const auto value = [&lines](std::string_view name) {
        return text_of(http::find_field(lines, name));
    };
    const auto size = net::parse_number(value("Size"));
    const auto fetched = http::parse_date(value("Fetched"));
    const auto fresh_until = http::parse_date(value("Fresh-Until"));
    if (value("URL").empty() || !size || !fetched || !fresh_until) return std::nullopt;
    return SavedPage{.url = value("URL"),
                     .moved_to = value("Moved-To"),
                     .type = value("Content-Type"),
                     .coding = value("Content-Encoding"),
                     .size = *size,
                     .etag = value("ETag"),
                     .last_modified = value("Last-Modified"),
                     .fetched = *fetched,
                     .fresh_until = *fresh_until};
}

} // namespace webserver
