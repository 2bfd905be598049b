#include "common/program/command_line.h"

#include <getopt.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iostream>

#include "common/error.h"
#include "common/program/completion.h"
#include "common/program/output.h"
#include "common/program/version.h"
#include "common/text/ascii.h"
#include "common/text/decimal.h"

namespace net {
namespace {

template <typename Number> Number parse_whole(std::string_view text, Number lowest, Number highest)
{
    Number number{};
    const auto [end, status] = std::from_chars(text.begin(), text.end(), number);
    if (status != std::errc() || end != text.end() || number < lowest || number > highest) {
        const bool bounded =
            highest != std::numeric_limits<Number>::max() || std::is_same_v<Number, std::uint16_t>;
        throw Error("is not a whole number from " + std::to_string(lowest) +
                    (bounded ? " to " + std::to_string(highest) : " up"));
    }
    return number;
}

template <typename Duration> std::string seconds_text(Duration time)
{
    return decimal(std::chrono::duration<double>(time).count());
}

double parse_number(std::string_view text, double lowest, double highest)
{
    double number = 0;
    const auto [end, status] = std::from_chars(text.begin(), text.end(), number);
    const bool good = status == std::errc() && end == text.end();
    if (!good || !(number >= lowest && number <= highest)) // the comparison rejects NaN
        throw Error("is not a number from " + decimal(lowest) + " to " + decimal(highest));
    return number;
}

template <typename Duration> Duration parse_seconds(std::string_view text)
{
    double seconds = 0;
    const auto [end, status] = std::from_chars(text.begin(), text.end(), seconds);
    constexpr double shortest = std::chrono::duration<double>(Duration(1)).count();
    constexpr double longest = 1e9; // some thirty years
    if (status != std::errc() || end != text.end() || !(seconds >= shortest && seconds <= longest))
        throw Error("is not a number of seconds from " + decimal(shortest) + " to " +
                    decimal(longest));
    return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

} // namespace

Value::Value(bool& member) : set([&member](std::string_view) { member = true; }) {}

Value::Value(std::string& member)
    : set([&member](std::string_view text) { member = text; }), initial(member)
{
}

Value::Value(std::vector<std::string>& member)
    : set([&member](std::string_view text) { member.emplace_back(text); })
{
}

Value::Value(std::string& member, std::vector<std::string_view> words)
    : set([&member, words = std::move(words)](std::string_view text) {
          std::string list;
          for (const auto word : words)
              list += (list.empty() ? "" : ", ") + std::string(word);
          if (std::ranges::find(words, text) == words.end()) throw Error("is not one of " + list);
          member = text;
      }),
      initial(member)
{
}

Value::Value(std::uint16_t& member, std::uint16_t lowest, std::uint16_t highest)
    : set([&member, lowest, highest](std::string_view text) {
          member = parse_whole(text, lowest, highest);
      }),
      initial(std::to_string(member))
{
}

Value::Value(std::size_t& member, std::size_t lowest, std::size_t highest)
    : set([&member, lowest, highest](std::string_view text) {
          member = parse_whole(text, lowest, highest);
      }),
      initial(std::to_string(member))
{
}

Value::Value(double& member, double lowest, double highest)
    : set([&member, lowest, highest](std::string_view text) {
          member = parse_number(text, lowest, highest);
      }),
      initial(decimal(member))
{
}

Value::Value(std::chrono::milliseconds& member)
    : set([&member](std::string_view text) {
          member = parse_seconds<std::chrono::milliseconds>(text);
      }),
      initial(seconds_text(member))
{
}

Value::Value(std::chrono::microseconds& member)
    : set([&member](std::string_view text) {
          member = parse_seconds<std::chrono::microseconds>(text);
      }),
      initial(seconds_text(member))
{
}

namespace {

// Codes that getopt_long returns, above every option's letter.
constexpr int help_code = 256;
constexpr int version_code = 257;
constexpr int completion_code = 258;
constexpr int first_option_code = 259;

/// The option table in getopt_long's form.
struct GetoptTables {
    explicit GetoptTables(const std::vector<Option>& options)
    {
        int code = first_option_code;
        for (const Option& option : options) {
            const int takes = option.argument.empty() ? no_argument : required_argument;
            if (!option.name.empty()) {
                names.emplace_back(option.name);
                longs.push_back({nullptr, takes, nullptr, code});
            }
            ++code;
            if (option.letter == 0) continue;
            shorts += option.letter;
            if (takes == required_argument) shorts += ':';
        }
        for (std::size_t i = 0; i < names.size(); ++i)
            longs[i].name = names[i].c_str();
        longs.push_back({"help", no_argument, nullptr, help_code});
        longs.push_back({"version", no_argument, nullptr, version_code});
        longs.push_back({"completion", required_argument, nullptr, completion_code});
        longs.push_back({nullptr, 0, nullptr, 0});
    }

    std::string shorts =
        "-:hV"; // "-": operands come in order, as code 1, even with POSIXLY_CORRECT;
                // ":": a missing argument gives ":" instead of "?"
    std::vector<std::string> names;
    std::vector<::option> longs;
};

const Option* find(const std::vector<Option>& options, int code)
{
    if (code == 0) return nullptr; // 0 stands for an option without a letter
    for (std::size_t i = 0; i < options.size(); ++i)
        if (code == options[i].letter || code == first_option_code + static_cast<int>(i))
            return &options[i];
    return nullptr;
}

std::string spelled(const Option& option)
{
    if (option.name.empty()) return std::string("-") + option.letter;
    return "--" + std::string(option.name);
}

void set(const Value& value, const std::string& what, std::string_view text)
try {
    value.set(text);
} catch (const Error& error) {
    throw Error(what + " '" + std::string(text) + "' " + error.what());
}

[[noreturn]] void refuse(const std::vector<Option>& options, int problem, char* argument)
{
    const Option* known = find(options, optopt);
    if (optopt == help_code) throw Error("--help takes no argument");
    if (optopt == version_code) throw Error("--version takes no argument");
    if (problem == ':' && optopt == completion_code) throw Error("--completion needs an argument");
    if (problem == ':') throw Error((known ? spelled(*known) : argument) + " needs an argument");
    if (known) throw Error(spelled(*known) + " takes no argument");
    if (optopt != 0) throw Error(std::string("unknown option -") + static_cast<char>(optopt));
    throw Error(std::string("unknown option ") + argument);
}

/// Refuses an abbreviation, which getopt_long(3) takes for the option: a misremembered name could
/// mean another option, and what that does.
void require_full_name(const std::vector<char*>& argv, const ::option& option)
{
    const auto next = static_cast<std::size_t>(optind);
    const bool is_separate = optarg != nullptr && optarg == argv[next - 1];
    const std::string_view word = argv[next - (is_separate ? 2 : 1)];
    const std::string name = std::string("--") + option.name;
    if (word == name || word.starts_with(name + "=")) return;
    throw Error("unknown option " + std::string(word.substr(0, word.find('='))) + " (there is " +
                name + ", and options are not abbreviated)");
}

/// Wraps the words at 80 columns, each line from `column` on; `left` begins the first line.
std::string in_column(std::string left, std::size_t column,
                      const std::vector<std::string_view>& words)
{
    constexpr std::size_t width = 80;
    std::string text;
    std::string line = std::move(left);
    const auto end_line = [&text, &line] { text += std::exchange(line, {}) + "\n"; };
    if (line.size() >= column) end_line();
    for (const std::string_view word : words) {
        const bool is_first = line.size() < column;
        if (!is_first && line.size() + 1 + word.size() > width) end_line();
        line.resize(std::max(line.size() + 1, column), ' ');
        line += word;
    }
    end_line();
    return text;
}

std::string table_row(const std::string& left, std::string_view help, const std::string& initial)
{
    constexpr std::size_t help_column = 26;
    const std::string shown = "(default " + initial + ")";
    auto words = split(help, ' ');
    if (!initial.empty()) words.emplace_back(shown);
    return in_column("  " + left, help_column, words);
}

std::string spelled_with_argument(const Option& option)
{
    const std::string letter =
        option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
    return letter + spelled(option) +
           (option.argument.empty() ? "" : " " + std::string(option.argument));
}

} // namespace

std::string CommandLine::parse(std::span<char* const> arguments) const
{
    const GetoptTables tables(options);
    std::string name(program);
    std::vector<char*> argv{name.data()};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.push_back(nullptr);
    const int argc = static_cast<int>(argv.size()) - 1;

    optind = 0; // glibc: restart the scan
    opterr = 0; // refuse() reports errors
    std::vector<std::string> given;
    constexpr int operand_code = 1;
    for (int code = 0, place = -1; (code = ::getopt_long(argc, argv.data(), tables.shorts.c_str(),
                                                         tables.longs.data(), &place)) != -1;
         place = -1) {
        if (place != -1) require_full_name(argv, tables.longs[static_cast<std::size_t>(place)]);
        if (code == 'h' || code == help_code) return help();
        if (code == 'V' || code == version_code)
            return name + " " + std::string(version) +
                   (built_with.empty() ? "" : " (" + built_with + ")") + "\n";
        if (code == completion_code) return completion(*this, optarg == nullptr ? "" : optarg);
        if (code == operand_code) {
            given.emplace_back(optarg);
            continue;
        }
        const Option* option = find(options, code);
        if (option == nullptr) refuse(options, code, argv[static_cast<std::size_t>(optind) - 1]);
        set(option->value, spelled(*option), optarg == nullptr ? "" : optarg);
    }
    given.insert(given.end(), argv.begin() + optind, argv.end() - 1); // after "--"

    const bool last_repeats = !operands.empty() && operands.back().repeats;
    if (given.size() > operands.size() && !last_repeats)
        throw Error("unexpected argument '" + given[operands.size()] + "'");
    for (std::size_t i = given.size(); i < operands.size(); ++i)
        if (operands[i].is_needed) throw Error(std::string(operands[i].name) + " is missing");
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Operand& operand = operands[std::min(i, operands.size() - 1)];
        set(operand.value, std::string(operand.name), given[i]);
    }
    return {};
}

void CommandLine::parse_or_exit(int argc, char* argv[]) const
try {
    hold_standard_descriptors();
    const std::string text = parse(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (text.empty()) return;
    std::cout << text << std::flush;
    std::exit(std::cout ? 0 : 1);
} catch (const Error& error) {
    throw Error(std::string(error.what()) + " (try " + std::string(program) + " --help)");
}

std::string CommandLine::help() const
{
    std::string text = "usage: " + std::string(program) + " [options]";
    for (const Operand& operand : operands) {
        const std::string shown = std::string(operand.name) + (operand.repeats ? "..." : "");
        text += operand.is_needed ? " " + shown : " [" + shown + "]";
    }
    text += "\n" + std::string(purpose) + "\n\n";
    for (const Operand& operand : operands)
        text += table_row(std::string(operand.name), operand.help, operand.value.initial);
    text += "\n";
    for (const Option& option : options)
        if (!option.help.empty())
            text += table_row(spelled_with_argument(option), option.help, option.value.initial);
    text += table_row("-h, --help", "show this help", {});
    text += table_row("-V, --version", "show the version", {});
    const std::string_view title = "exit status:";
    return text + "\n" + in_column(std::string(title), title.size() + 1, split(exit_status, ' '));
}

} // namespace net
