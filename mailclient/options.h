// The options of the command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mail {

struct Options {
    std::vector<std::string> recipients{};
    std::optional<std::string> from{}; // "" or "<>": the null sender (RFC 5321 §4.5.5)
    std::string from_name{};           // -F
    std::vector<std::string> to{};
    std::vector<std::string> cc{};
    std::vector<std::string> bcc{};
    std::vector<std::string> reply_to{};
    std::optional<std::string> in_reply_to{}; // a Message-ID
    std::vector<std::string> headers{};
    std::optional<std::string> subject{};
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
    bool whole = false;    // a whole message for the arguments, as sendmail reads it
    bool sendmail = false; // -i, or started under that name: addresses may lack their domain
    bool dry_run = false;
    bool verbose = false;
    bool explain = false;
    bool quiet = false;
};

/// Whether an option gives a part of the message, so that standard input is only its text.
[[nodiscard]] bool composes(const Options& options);

/// A program name that ends with "sendmail" gives the letters of sendmail(8) their meaning there.
/// Throws Failure (Exit::usage), also when options contradict each other.
[[nodiscard]] Options parse_options(int argc, char* argv[]);

} // namespace mail
