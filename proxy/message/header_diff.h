// The changes that the proxy makes to a message's head, with reasons, for the transcript.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proxy {

/// One line for each difference between a received head and the forwarded one: "removed:
/// Keep-Alive: 5  -- the field is for one connection only (RFC 9110 §7.6.1)". The order of fields
/// does not count.
[[nodiscard]] std::vector<std::string> changes(std::string_view before, std::string_view after);

} // namespace proxy
