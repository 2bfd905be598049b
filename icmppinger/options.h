// The command line: hosts, kind of run and output style.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "icmppinger/pinger.h"

namespace icmppinger {

struct Options {
    std::vector<std::string> hosts{};
    SocketSettings settings{};
    Families families{};
    PingRequest request{};
    Plan plan{};
    Style style{};
    bool trace = false;
    bool mtu = false;
    std::uint16_t most_hops = 30;
    std::uint16_t probes = 3; // per hop
    bool flood = false;
    std::optional<std::chrono::microseconds> run_time{}; // from when the hosts are known
    std::optional<double> max_loss{};
};

/// Parses the arguments; for the host "-", reads hosts from standard input. Throws net::Error for
/// invalid values and combinations; --help and --version end the program.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

} // namespace icmppinger
