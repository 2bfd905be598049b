// What to answer to a request: a decision about the site's files, without sockets.
#pragma once

#include <optional>
#include <string>

#include "common/http/message.h"
#include "webserver/site.h"

namespace webserver {

struct Reply {
    http::ResponseHead head;
    std::string body;         // what follows the head; empty when `file` does, or nothing
    std::optional<File> file; // to be sent whole behind the head
    bool keep_alive = false;  // the connection is good for another request
};

/// GET and HEAD of the site's files and folders; the fitting refusal for all else (RFC 9110 §9,
/// §15).
[[nodiscard]] Reply answer(const http::RequestHead& request, const Site& site);

/// The answer to what was no request: its status and words, and the connection ends.
[[nodiscard]] Reply refuse(const http::Malformed& malformed);

} // namespace webserver
