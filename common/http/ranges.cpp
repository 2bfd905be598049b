#include "common/http/ranges.h"

#include <algorithm>

#include "common/text/ascii.h"
#include "common/text/number.h"

namespace http {
namespace {

constexpr std::size_t most_ranges =
    64; // PDF viewers request about ten at once; thousands are an attack

struct Spec {
    bool is_valid = false;
    std::optional<ByteRange> range{}; // nullopt when it is beyond the end of the file
};

/// One of "0-99", "100-" and "-100".
Spec parse_spec(std::string_view spec, std::uint64_t size)
{
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = net::parse_capped(spec.substr(0, dash));
    const auto last = net::parse_capped(spec.substr(dash + 1));
    const bool has_first = dash > 0;
    const bool has_last = dash + 1 < spec.size();

    if (!has_first) { // a suffix: the last bytes of the file
        if (!last) return {};
        const auto count = std::min(*last, size);
        if (count == 0) return {.is_valid = true};
        return {.is_valid = true, .range = ByteRange{size - count, count}};
    }
    if (!first || (has_last && (!last || *last < *first))) return {};
    if (*first >= size) return {.is_valid = true};
    const auto end = last && *last < size ? *last + 1 : size;
    return {.is_valid = true, .range = ByteRange{*first, end - *first}};
}

/// Whether two ranges share a byte.
bool overlap(const ByteRange& a, const ByteRange& b)
{
    return a.first < b.first + b.count && b.first < a.first + a.count;
}

bool any_overlap(const std::vector<ByteRange>& ranges)
{
    for (auto a = ranges.begin(); a != ranges.end(); ++a)
        if (std::any_of(a + 1, ranges.end(), [a](const ByteRange& b) { return overlap(*a, b); }))
            return true;
    return false;
}

std::vector<ByteRange> joined(std::vector<ByteRange> ranges)
{
    std::ranges::sort(ranges, {}, &ByteRange::first);
    std::vector<ByteRange> result;
    for (const ByteRange& range : ranges) {
        if (result.empty() || !overlap(result.back(), range)) {
            result.push_back(range);
            continue;
        }
        ByteRange& before = result.back();
        before.count = std::max(before.count, range.first + range.count - before.first);
    }
    return result;
}

} // namespace

std::optional<std::vector<ByteRange>> parse_range(std::string_view value, std::uint64_t size)
{
    if (size == 0) return std::nullopt; // an empty file has no ranges
    constexpr std::string_view unit = "bytes=";
    if (!net::equal_ignoring_case(value.substr(0, unit.size()), unit)) return std::nullopt;
    value.remove_prefix(unit.size());

    std::vector<ByteRange> ranges;
    std::size_t specs = 0;
    bool all_valid = true;
    for (const auto member : net::split(value, ',')) {
        const auto spec = net::trim(member);
        if (spec.empty()) continue; // empty members are ignored, RFC 9110 §5.6.1.2
        const auto [is_valid, range] = parse_spec(spec, size);
        if (++specs > most_ranges) return std::nullopt;
        all_valid = all_valid && is_valid;
        if (range) ranges.push_back(*range);
    }
    if (!all_valid) return std::vector<ByteRange>();
    if (any_overlap(ranges)) ranges = joined(std::move(ranges));
    const bool is_whole = specs > 1 && ranges.size() == 1 && ranges.front().count == size;
    return is_whole ? std::nullopt : std::optional(std::move(ranges));
}

std::string content_range(const ByteRange& range, std::uint64_t size)
{
    return "bytes " + std::to_string(range.first) + "-" +
           std::to_string(range.first + range.count - 1) + "/" + std::to_string(size);
}

} // namespace http
