// The command line's options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/explain/http_transcript.h"
#include "webserver/conversation.h"
#include "webserver/fetch/fetcher.h"
#include "webserver/site/response.h"

namespace webserver {

struct Options {
    std::uint16_t port = 6789;
    std::string root{};
    std::string bind{};
    std::string user{};
    std::string log = "-";
    bool verbose = false;
    bool explain = false;
    bool live = false;
    std::vector<std::string> headers{};
    bool cors = false;
    bool no_cache = false;
    bool no_listing = false;
    bool single_page = false;
    std::size_t max_clients = 10'000;
    std::size_t workers = 1;
    Timeouts timeouts{};
    std::string fetch = "local";
    std::string saved{};
    FetchLimits fetch_limits{};
};

/// Parses main's arguments; --help and --version end the program. Throws net::Error.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

/// The options for responses. Throws net::Error for a --header that is malformed or one of the
/// server's own.
[[nodiscard]] ResponseSettings response_settings(const Options& options);

/// The transcript's detail.
[[nodiscard]] http::TranscriptStyle::Detail transcript_detail(const Options& options);

/// A Fetcher with the options for it. Throws net::Error when saved pages would be served as the
/// site's own.
[[nodiscard]] Fetcher fetcher_of(const Options& options);

} // namespace webserver
