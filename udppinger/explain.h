// A datagram as it crosses the socket, with its parts named: what a teacher shows on the wall.
#pragma once

#include <string>
#include <string_view>

#include "common/address.h"

namespace udppinger {

/// Some lines that name the parts of a datagram from `from` to `to`. What the peer sent is shown
/// with \xHH for all that is not printable ASCII, and cut when it is long.
[[nodiscard]] std::string explain(std::string_view bytes, const net::Address& from,
                                  const net::Address& to);

/// The start of a datagram, in quotes, fit for a terminal.
[[nodiscard]] std::string quoted(std::string_view bytes);

} // namespace udppinger
