#include "webserver/site/encoding.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace webserver {
namespace {

/// The weight after a member of the list, in thousandths (RFC 9110 §12.4.2); 1,000 without one, 0
/// when it is malformed.
int parse_weight(std::string_view parameters)
{
    constexpr int whole = 1000;
    parameters = net::trim(parameters);
    if (parameters.empty()) return whole;
    if (net::to_lower(parameters.front()) != 'q') return 0;
    parameters.remove_prefix(1);
    if (!parameters.starts_with('=')) return 0;
    parameters.remove_prefix(1);
    const auto rest = parameters.substr(std::min<std::size_t>(1, parameters.size()));
    const bool is_fraction = rest.empty() || (rest.starts_with('.') && rest.size() <= 4 &&
                                              std::ranges::all_of(rest.substr(1), net::is_digit));
    if (!is_fraction || (!parameters.starts_with('0') && !parameters.starts_with('1'))) return 0;
    int thousandths = parameters.front() - '0';
    for (std::size_t i = 1; i <= 3; ++i)
        thousandths = thousandths * 10 + (i < rest.size() ? rest[i] - '0' : 0);
    return thousandths <= whole ? thousandths : 0;
}

/// A coding's weight: from its own member, else from "*", else `fallback`.
int coding_weight(std::string_view list, std::string_view coding, int fallback)
{
    int any = fallback;
    for (const auto member : net::split(list, ',')) {
        const auto semicolon = std::min(member.find(';'), member.size());
        const auto name = net::trim(member.substr(0, semicolon));
        const auto parameters = member.substr(std::min(semicolon + 1, member.size()));
        if (net::equal_ignoring_case(name, coding)) return parse_weight(parameters);
        if (coding == "gzip" && net::equal_ignoring_case(name, "x-gzip"))
            return parse_weight(parameters);
        if (name == "*") any = parse_weight(parameters);
    }
    return any;
}

} // namespace

std::vector<Coding> accepted_codings(std::string_view list)
{
    std::vector<Coding> accepted;
    const int identity_weight = coding_weight(list, "identity", 1);
    for (const Coding& coding : codings)
        if (const int weight = coding_weight(list, coding.name, 0);
            weight > 0 && weight >= identity_weight)
            accepted.push_back(coding);
    std::ranges::stable_sort(accepted, std::greater<>(), [list](const Coding& coding) {
        return coding_weight(list, coding.name, 0);
    });
    return accepted;
}

} // namespace webserver
