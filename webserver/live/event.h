// What happens on the connections, as Server-Sent Events (HTML Standard §9.2) whose data is JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/address.h"

namespace webserver {

/// A JSON string (RFC 8259 §7) with its quotes. What is no UTF-8 and what could command a terminal
/// is shown as \xHH, but for line ends and tabs.
[[nodiscard]] std::string shown_string(std::string_view text);

/// `open`: how many connections there are now.
[[nodiscard]] std::string connect_event(const net::Address& client, std::size_t open);
[[nodiscard]] std::string close_event(const net::Address& client, std::size_t open);

/// Of a head longer than a few KiB its beginning is told. `number`: how many requests there have
/// been with this one; so those that a watcher misses are counted, too.
[[nodiscard]] std::string request_event(const net::Address& client, std::string_view head,
                                        std::uint64_t number);
/// `size`: how many bytes follow the head.
[[nodiscard]] std::string answer_event(const net::Address& client, std::string_view head,
                                       std::uint64_t size);

/// For one watcher: there it is, and so many connections.
[[nodiscard]] std::string hello_event(const net::Address& watcher, std::size_t open);
/// For one watcher: so many events went by without it.
[[nodiscard]] std::string missed_event(std::uint64_t count);

} // namespace webserver
