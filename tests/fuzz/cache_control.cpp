// Cache-Control of any origin or client, and what follows from it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "proxy/cache/cache_control.h"

namespace {

bool is_in_bounds(const std::optional<std::chrono::seconds>& delta)
{
    return !delta || (delta->count() >= 0 && *delta <= proxy::longest_delta);
}

void check(std::string_view value)
{
    const auto control = proxy::parse_cache_control({{"Cache-Control", value}});
    for (const auto& delta :
         {control.max_age, control.s_maxage, control.min_fresh, control.max_stale,
          control.stale_while_revalidate, control.stale_if_error})
        if (!is_in_bounds(delta)) std::abort();

    // what stands in front of everything else cannot be undone by what follows it
    const std::string firm = "no-store, max-age=7, " + std::string(value);
    const auto first = proxy::parse_cache_control({{"Cache-Control", firm}});
    if (!first.no_store || first.max_age != std::chrono::seconds(7)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    check({reinterpret_cast<const char*>(data), size});
    return 0;
}
