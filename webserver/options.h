// The command line's options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/address_block.h"
#include "common/explain/http_transcript.h"
#include "webserver/conversation.h"
#include "webserver/fetch/fetcher.h"
#include "webserver/site/response.h"

namespace webserver {

struct Options {
    std::uint16_t port = 6789;
    std::string root{};
    std::vector<std::string> bind{};
    std::string user{};
    std::string log = "-";
    std::vector<std::string> trusted_proxies{};
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
    std::vector<std::string> indexes{};
    std::vector<std::string> types{};
    SiteOptions site{};
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

/// The options for the site. Throws net::Error for a malformed --index, --type or --default-type.
[[nodiscard]] SiteOptions site_options(const Options& options);

/// The proxies whose word about their clients the log takes. Throws net::Error.
[[nodiscard]] std::vector<net::AddressBlock> trusted_proxies(const Options& options);

/// The transcript's detail.
[[nodiscard]] http::TranscriptStyle::Detail transcript_detail(const Options& options);

/// A Fetcher with the options for it. Throws net::Error when saved pages would be served as the
/// site's own.
[[nodiscard]] Fetcher fetcher_of(const Options& options);

} // namespace webserver
