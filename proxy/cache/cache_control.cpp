#include "proxy/cache/cache_control.h"

#include <algorithm>
#include <array>

#include "common/http/list.h"
#include "common/text/ascii.h"
#include "common/text/number.h"

namespace proxy {
namespace {

using std::chrono::seconds;

/// A parsed "max-age=60".
struct Directive {
    std::string_view name;
    std::optional<std::string> argument{};
};

/// White space around "=" is invalid. The name counts all the same, but the argument is taken as
/// invalid, so that the response is stale rather than fresh.
Directive parse_directive(std::string_view member)
{
    const auto equals = member.find('=');
    const auto name = net::trim(member.substr(0, equals));
    if (equals == std::string_view::npos) return {.name = name};
    const bool has_blank = name.size() != equals;
    return {.name = name, .argument = has_blank ? " " : http::unquoted(member.substr(equals + 1))};
}

struct Flag {
    std::string_view name;
    bool CacheControl::*member;
};
constexpr std::array flags = {
    Flag{"no-store", &CacheControl::no_store},
    Flag{"public", &CacheControl::is_public},
    Flag{"must-revalidate", &CacheControl::must_revalidate},
    Flag{"proxy-revalidate", &CacheControl::proxy_revalidate},
    Flag{"must-understand", &CacheControl::must_understand},
    Flag{"only-if-cached", &CacheControl::only_if_cached},
};

struct Delta {
    std::string_view name;
    std::optional<seconds> CacheControl::*member;
};
constexpr std::array deltas = {
    Delta{"max-age", &CacheControl::max_age},
    Delta{"s-maxage", &CacheControl::s_maxage},
    Delta{"min-fresh", &CacheControl::min_fresh},
    Delta{"max-stale", &CacheControl::max_stale},
    Delta{"stale-while-revalidate", &CacheControl::stale_while_revalidate},
    Delta{"stale-if-error", &CacheControl::stale_if_error},
};

/// Directives that restrict the named fields, or the whole response if none is named.
constexpr std::array restrictions = {
    Flag{"no-cache", &CacheControl::no_cache},
    Flag{"private", &CacheControl::is_private},
};

void restrict(CacheControl& control, bool& whole, const std::optional<std::string>& argument)
{
    const auto names =
        http::list_members(argument ? std::string_view(*argument) : std::string_view());
    if (names.empty() || !std::ranges::all_of(names, http::is_token)) whole = true;
    for (const auto name : names)
        control.unshared_fields.emplace_back(name);
}

void apply(CacheControl& control, const Directive& directive)
{
    const auto is_named = [&directive](const auto& known) {
        return net::equal_ignoring_case(known.name, directive.name);
    };
    if (const auto* flag = std::ranges::find_if(flags, is_named); flag != flags.end())
        control.*flag->member = true;
    if (const auto* known = std::ranges::find_if(restrictions, is_named);
        known != restrictions.end())
        restrict(control, control.*known->member, directive.argument);
    if (const auto* delta = std::ranges::find_if(deltas, is_named); delta != deltas.end()) {
        auto& value = control.*delta->member;
        if (value) return;
        const bool any = delta->member == &CacheControl::max_stale && !directive.argument;
        value =
            any ? longest_delta : parse_delta(directive.argument.value_or("")).value_or(seconds(0));
    }
}

} // namespace

std::optional<seconds> parse_delta(std::string_view text)
{
    const auto number = net::parse_capped(text);
    if (!number) return std::nullopt;
    return seconds(std::min<std::uint64_t>(*number, longest_delta.count()));
}

CacheControl parse_cache_control(const std::vector<http::Field>& fields)
{
    CacheControl control;
    for (const http::Field& field : fields)
        if (net::equal_ignoring_case(field.name, "Cache-Control"))
            for (const auto member : http::list_members(field.value))
                apply(control, parse_directive(member));
    return control;
}

} // namespace proxy
