#include "proxy/cache/freshness.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/http/date.h"
#include "common/text/ascii.h"

namespace proxy {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

/// Corrects the case of "SUN, 06 nov 1994 08:49:37 gmt".
std::string with_usual_case(std::string_view date)
{
    constexpr std::string_view zone = "GMT";
    std::string usual;
    for (const char c : date)
        usual +=
            !usual.empty() && net::is_letter(usual.back()) ? net::to_lower(c) : net::to_upper(c);
    if (net::equal_ignoring_case(date.substr(date.size() - std::min(zone.size(), date.size())),
                                 zone))
        usual.replace(usual.size() - zone.size(), zone.size(), zone);
    return usual;
}

/// Age (§5.1): the first member of a list; an invalid number counts as absent.
seconds age_field(const std::vector<http::Field>& fields)
{
    const auto field = http::find_field(fields, "Age");
    if (!field) return seconds(0);
    return parse_delta(net::trim(field->substr(0, field->find(',')))).value_or(seconds(0));
}

/// §4.2.3
seconds initial_age(const ResponseView& response, const RequestTimes& times)
{
    const auto date = date_field(response.fields, "Date").value_or(times.received);
    const auto apparent = std::max(seconds(times.received - date), seconds(0));
    const auto delay = std::max(seconds(times.received - times.requested), seconds(0));
    return std::min(std::max(apparent, age_field(response.fields) + delay), longest_delta);
}

/// §4.2.1, in the order given there
std::optional<seconds> explicit_lifetime(const ResponseView& response, sys_seconds received)
{
    if (response.control.s_maxage) return response.control.s_maxage;
    if (response.control.max_age) return response.control.max_age;
    if (!http::find_field(response.fields, "Expires")) return std::nullopt;
    const auto expires = date_field(response.fields, "Expires");
    if (!expires) return seconds(0); // §5.3: an invalid date, such as "0", is in the past
    const auto date = date_field(response.fields, "Date").value_or(received);
    return std::clamp(seconds(*expires - date), seconds(0), longest_delta);
}

/// §4.2.2: a tenth of the time since Last-Modified, at most a day. Not for responses with a cookie.
std::optional<seconds> heuristic_lifetime(const ResponseView& response, sys_seconds received)
{
    constexpr int tenth = 10;
    constexpr seconds most = std::chrono::days(1);
    if (!is_heuristically_cacheable(response.status) && !response.control.is_public)
        return std::nullopt;
    const auto modified = date_field(response.fields, "Last-Modified");
    if (!modified || http::find_field(response.fields, "Set-Cookie")) return std::nullopt;
    const auto date = date_field(response.fields, "Date").value_or(received);
    return std::clamp(seconds(date - *modified) / tenth, seconds(0), most);
}

} // namespace

bool is_heuristically_cacheable(int status)
{
    constexpr std::array statuses = {200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501};
    return std::ranges::find(statuses, status) != statuses.end();
}

std::optional<sys_seconds> date_field(const std::vector<http::Field>& fields, std::string_view name)
{
    const auto field = http::find_field(fields, name);
    if (!field) return std::nullopt;
    if (const auto date = http::parse_date(*field)) return date;
    return http::parse_date(with_usual_case(*field));
}

bool has_explicit_time(const ResponseView& response)
{
    return response.control.s_maxage || response.control.max_age ||
           http::find_field(response.fields, "Expires");
}

Lifespan lifespan_of(const ResponseView& response, const RequestTimes& times)
{
    Lifespan span{.initial_age = initial_age(response, times), .received = times.received};
    if (const auto lifetime = explicit_lifetime(response, times.received)) {
        span.basis = Basis::explicit_time;
        span.lifetime = *lifetime;
    } else if (const auto guess = heuristic_lifetime(response, times.received)) {
        span.basis = Basis::heuristic;
        span.lifetime = *guess;
    }
    return span;
}

} // namespace proxy
