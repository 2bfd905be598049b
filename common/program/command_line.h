// A program's command line as one table: flag, argument, help text and the member it sets.
// Parsing, --help, --version and the error texts all come from the table.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

/// A value that the command line sets. The member must outlive the table; its initial value is the
/// default that --help shows.
class Value {
public:
    /// Set to true by a flag that takes no argument.
    Value(bool& member);
    Value(std::string& member);
    /// For a repeatable option: all given values, in order.
    Value(std::vector<std::string>& member);
    /// One of these words.
    Value(std::string& member, std::vector<std::string_view> words);
    /// A whole number from `lowest` to `highest`.
    Value(std::uint16_t& member, std::uint16_t lowest = 0, std::uint16_t highest = 65535);
    Value(std::size_t& member, std::size_t lowest = 0,
          std::size_t highest = std::numeric_limits<std::size_t>::max());
    /// A number from `lowest` to `highest`, fractions allowed.
    Value(double& member, double lowest, double highest);
    /// A positive time in seconds, fractions allowed.
    Value(std::chrono::milliseconds& member);
    Value(std::chrono::microseconds& member);

    /// Stays nullopt unless the command line has it; `limits` as above.
    template <typename Member, typename... Limits>
    Value(std::optional<Member>& member, Limits... limits)
        : set([&member, limits...](std::string_view text) {
              Member given{};
              Value(given, limits...).set(text);
              member = std::move(given);
          })
    {
    }

    std::function<void(std::string_view)> set; // throws Error with the reason: "is not a number"
    std::string initial;                       // empty when there is nothing to show
};

struct Option {
    char letter;               // 0 when there is only the long name
    std::string_view name;     // "bind" for --bind; empty when there is only the letter
    std::string_view argument; // "ADDR"; empty for a flag
    std::string_view help;     // empty: only the manual lists it, for callers of older programs
    Value value;
};

/// An argument without a dash, identified by its position.
struct Operand {
    std::string_view name; // "PORT"
    std::string_view help;
    Value value;
    bool repeats = false;   // only the last operand may; it takes all that follow
    bool is_needed = false; // then those before it are needed, too
};

struct CommandLine {
    std::string_view program;
    std::string_view purpose; // one line for --help
    std::vector<Operand> operands;
    std::vector<Option> options;
    std::string_view exit_status; // one line for --help
    std::string built_with = {};  // --version prints it after the version: "TLS: none"

    /// Sets the members from the arguments (without the program's name); options and operands in
    /// any order, "--" ends the options. Returns the text to print instead of running, for --help,
    /// --version and --completion (common/program/completion.h); empty otherwise. Throws Error.
    [[nodiscard]] std::string parse(std::span<char* const> arguments) const;

    /// The same for main, before anything is opened: holds the standard descriptors (output.h),
    /// prints that text to stdout and exits 0 (1 when it can't be written).
    void parse_or_exit(int argc, char* argv[]) const;

    /// The text of --help.
    [[nodiscard]] std::string help() const;
};

} // namespace net
