// Names the parts of a datagram as it crosses the socket, for teaching.
#pragma once

#include <string>
#include <string_view>

#include "common/address.h"

namespace udppinger {

/// Lines that name the parts of a datagram from `from` to `to`. Bytes that are not printable ASCII
/// are shown as \xHH, and long parts are cut.
[[nodiscard]] std::string explain(std::string_view bytes, const net::Address& from,
                                  const net::Address& to);

/// The start of a datagram, in quotes, safe to print on a terminal.
[[nodiscard]] std::string quoted(std::string_view bytes);

} // namespace udppinger
