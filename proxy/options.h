// The options of the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/explain/http_transcript.h"
#include "proxy/message/timeouts.h"

namespace proxy {

struct Options {
    std::uint16_t port = 8888;
    std::string bind = "127.0.0.1";
    std::string parent{}; // "host:port" of another proxy, or nothing
    std::vector<std::string> allow{};
    std::vector<std::string> connect_ports{};
    std::string auth{}; // "user:file", or nothing
    std::string log = "-";
    bool verbose = false;
    bool explain = false;
    std::size_t max_clients = 200;
    std::string cache_folder{};       // "none": in memory only
    std::size_t cache_size = 256;     // MiB
    std::size_t most_cached = 64;     // MiB of one response
    bool list = false;                // only list the stored responses
    std::vector<std::string> purge{}; // only remove the stored responses for these URLs
    Timeouts timeouts{};
};

/// The transcript's level of detail that the options select.
[[nodiscard]] http::TranscriptStyle::Detail transcript_detail(const Options& options);

/// From main's arguments; --help and --version end the program. Throws net::Error.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

} // namespace proxy
