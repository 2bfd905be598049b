// The command line: what is to be done, to whom, and how it is shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "icmppinger/pinger.h"

namespace icmppinger {

struct Options {
    std::vector<std::string> hosts{};
    SocketSettings settings{};
    Families families{};
    Question question{};
    Plan plan{};
    Style style{};
    bool trace = false;
    bool mtu = false;
    std::uint16_t most_hops = 30;
    std::uint16_t probes = 3; // a hop
    bool flood = false;
    bool has_end = false;
    std::optional<double> max_loss{};
};

/// From the arguments and, for the host "-", standard input. Throws net::Error for what can't be;
/// --help and --version end the program.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

} // namespace icmppinger
