// Path MTU discovery: searches the largest packet that reaches a host unfragmented, guided by the
// MTUs that routers report (RFC 1191, RFC 8201).
#pragma once

#include "icmppinger/options.h"
#include "icmppinger/ping_io.h"

namespace icmppinger {

/// The search: chooses the next size from the results so far. Sizes are whole packets, in bytes.
class MtuSearch {
public:
    /// From `least`, which every link carries, to `most`; `hint` is tried after `least`.
    MtuSearch(std::uint32_t least, std::uint32_t most, std::uint32_t hint);

    [[nodiscard]] bool is_over() const { return largest_passed_ == most_; }
    /// The size to try; `least` at first.
    [[nodiscard]] std::uint32_t next() const;
    /// The largest size that got through; 0 if none did.
    [[nodiscard]] std::uint32_t result() const { return largest_passed_; }

    void passed(std::uint32_t size);
    /// The size is too big; `reported` is the MTU that a router reported, or 0.
    void failed(std::uint32_t size, std::uint32_t reported = 0);

private:
    std::uint32_t least_;
    std::uint32_t largest_passed_ = 0;
    std::uint32_t most_; // all sizes above are too big
    std::uint32_t hint_;
    int reports_ = 0; // MTUs reported in a row; limited: a false one could lower by one byte each
};

/// Searches the path MTU to the only target and prints each step. Returns the exit status.
[[nodiscard]] int find_path_mtu(Targets& targets, const Options& options, Sockets& sockets,
                                net::SignalWaiter& signals);

} // namespace icmppinger
