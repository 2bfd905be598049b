// The largest packet that reaches a host in one piece: a search by size with packets that may not
// be cut up, led by what routers say is too big (RFC 1191, RFC 8201).
#pragma once

#include "icmppinger/options.h"
#include "icmppinger/ping_io.h"

namespace icmppinger {

/// The search itself: which size to try next, from what became of the last. Sizes are whole
/// packets.
class MtuSearch {
public:
    /// From `least`, which every link carries, to `most`; `hint` is a good guess.
    MtuSearch(std::uint32_t least, std::uint32_t most, std::uint32_t hint);

    [[nodiscard]] bool is_over() const { return works_ == most_; }
    /// The size to try; `least` at first.
    [[nodiscard]] std::uint32_t next() const;
    /// The largest that is known to work; 0 when none is.
    [[nodiscard]] std::uint32_t result() const { return works_; }

    void passed(std::uint32_t size);
    /// It is too big; a router told what its next link carries, or 0.
    void failed(std::uint32_t size, std::uint32_t told = 0);

private:
    std::uint32_t least_;
    std::uint32_t works_ = 0;
    std::uint32_t most_; // all above are too big
    std::uint32_t hint_;
    int told_ = 0; // times; a liar must not lead us on one byte at a time
};

/// Searches the path MTU to the only target and prints each step; the exit status.
[[nodiscard]] int find_path_mtu(Targets& targets, const Options& options, Sockets& sockets,
                                net::SignalWindow& signals);

} // namespace icmppinger
