// The options of the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mail {

struct Options {
    std::vector<std::string> recipients{};
    std::string from{};
    std::vector<std::string> to{};
    std::vector<std::string> cc{};
    std::vector<std::string> bcc{};
    std::string subject{};
    std::optional<std::string> text{};
    std::string html_file{};
    std::vector<std::string> attachments{};

    std::string server{};
    bool mx = false;
    std::string user{};
    std::string password_command{};
    std::string token_command{};
    std::string mechanism{};
    std::string tls = "auto";
    std::string authorities{};
    std::optional<std::chrono::milliseconds> timeout{};

    bool recipients_from_header = false; // -t
    bool raw = false;
    bool mbox = false;
    bool dry_run = false;
    bool verbose = false;
    bool explain = false;
    bool quiet = false;
};

/// Throws Failure (Exit::usage), also when options contradict each other.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

} // namespace mail
