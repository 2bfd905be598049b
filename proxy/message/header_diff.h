// What a hop has changed in a message's head, and why: for those who look on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxy {

/// One line for each difference between a head as it came and as it goes on: "- Keep-Alive: it is
/// for one connection only (RFC 9110 §7.6.1)". Lines in another order are the same to it.
[[nodiscard]] std::vector<std::string> changes(std::string_view before, std::string_view after);

} // namespace proxy
