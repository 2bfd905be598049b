// What a client gets of a stored response: all of it, some ranges (RFC 9110 §14), or the word that
// it has it already. Which bytes, and under which head.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/cache/storability.h"
#include "proxy/cache/stored_head.h"
#include "proxy/message/forwarded_head.h"

namespace proxy {

/// A stretch of the answer's body: some text, then bytes of the stored body.
struct Stretch {
    std::string text{};
    http::ByteRange bytes{}; // counted from the stored body's start; may be none
};

struct StoredAnswer {
    Response head;
    std::vector<Stretch> body;
};

/// The answer to a request for what is stored; Age is what it is `now`.
[[nodiscard]] StoredAnswer answer_from(const StoredHead& stored, const RequestView& request,
                                       std::string_view pseudonym, std::chrono::sys_seconds now);

/// Whether a stored part has all that the request asks for. True for what is stored whole.
[[nodiscard]] bool has_what_is_asked(const StoredHead& stored, const RequestView& request);

/// Whether a stored part is the beginning of what the request asks for, and the rest can be had for
/// it (RFC 9111 §3.4).
[[nodiscard]] bool can_be_completed(const StoredHead& stored,
                                    const std::vector<http::Field>& request);

/// Whether a 206 with this part and these fields brings all the rest.
[[nodiscard]] bool completes(const std::optional<Part>& rest,
                             const std::vector<http::Field>& fields, const StoredHead& stored);

} // namespace proxy
