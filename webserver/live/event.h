// The live page's Server-Sent Events (HTML Standard §9.2) with JSON data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/address.h"

namespace webserver {

/// `text` without CR as a JSON string (RFC 8259 §7) with its quotes. Invalid UTF-8 and control
/// characters become \xHH, except line ends and tabs.
[[nodiscard]] std::string shown_string(std::string_view text);

/// `open`: the number of open connections.
[[nodiscard]] std::string connect_event(const net::Address& client, std::size_t open);
[[nodiscard]] std::string close_event(const net::Address& client, std::size_t open);

/// A head is cut after 2 KiB. `number`: the number of requests including this one, so that those
/// that a watcher misses are counted, too.
[[nodiscard]] std::string request_event(const net::Address& client, std::string_view head,
                                        std::uint64_t number);
/// The event "answer". `size`: the number of bytes after the head.
[[nodiscard]] std::string response_event(const net::Address& client, std::string_view head,
                                         std::uint64_t size);

/// For one watcher: its own address and the number of open connections.
[[nodiscard]] std::string hello_event(const net::Address& watcher, std::size_t open);
/// For one watcher: the number of events that it missed.
[[nodiscard]] std::string missed_event(std::uint64_t count);

} // namespace webserver
