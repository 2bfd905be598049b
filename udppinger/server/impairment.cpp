#include "udppinger/server/impairment.h"

#include <algorithm>

namespace udppinger {

using std::chrono::nanoseconds;

NetworkEmulator::NetworkEmulator(const Impairment& impairment)
    : impairment_(impairment), loss_(impairment.seed), duplicate_(~impairment.seed),
      reorder_(impairment.seed + (std::uint64_t{1} << 32)),
      corrupt_(impairment.seed + (std::uint64_t{2} << 32)),
      jitter_(impairment.seed + (std::uint64_t{3} << 32))
{
}

DatagramEffects NetworkEmulator::next()
{
    DatagramEffects effects;
    effects.lost = loss_.happens(impairment_.loss);
    const bool duplicate = duplicate_.happens(impairment_.duplicate);
    effects.held = reorder_.happens(impairment_.reorder);
    if (corrupt_.happens(impairment_.corrupt)) effects.corrupt_byte = corrupt_.below(UINT64_MAX);
    effects.delay = next_delay();
    if (duplicate) effects.duplicate_delay = next_delay();
    return effects;
}

nanoseconds NetworkEmulator::next_delay()
{
    if (impairment_.jitter == 0us) return impairment_.delay;
    const double deviation = 2 * jitter_.fraction() - 1; // from -1 to 1
    const auto shift = nanoseconds(static_cast<std::int64_t>(
        deviation * static_cast<double>(nanoseconds(impairment_.jitter).count())));
    return std::max<nanoseconds>(impairment_.delay + shift, 0ns);
}

} // namespace udppinger
