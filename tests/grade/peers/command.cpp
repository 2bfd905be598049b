#include "tests/grade/peers/command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/grade/peers/process.h"

namespace grade {
namespace {

/// A file for standard input: the values line by line, for programs that ask for them.
std::string answers_file(const Values& values)
{
    const auto file = std::filesystem::temp_directory_path() / "answers";
    std::ofstream lines(file);
    for (const auto& [name, value] : values)
        lines << value << '\n';
    return file.string();
}

} // namespace

std::string quoted(const std::string& text)
{
    std::string word = "'";
    for (const char letter : text)
        word += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return word + '\'';
}

std::string fill_in(std::string command, const Values& values)
{
    bool has_placeholders = false;
    for (const auto& [name, value] : values) {
        const std::string placeholder = '{' + name + '}';
        const std::string word = quoted(value);
        for (std::size_t place = 0; (place = command.find(placeholder, place)) != std::string::npos;
             place += word.size()) {
            command.replace(place, placeholder.size(), word);
            has_placeholders = true;
        }
    }
    if (has_placeholders) return command;
    for (const auto& [name, value] : values)
        command += ' ' + quoted(value);
    return command;
}

std::string fill_in_for(const char* variable, const std::string& command, Values values)
{
    if (built_in_port(variable) != 0 && command.find("{port}") == std::string::npos)
        std::erase_if(values, [](const auto& value) { return value.first == "port"; });
    const std::string filled = fill_in(command, values);
    const bool has_input = command.find_first_of("<|") != std::string::npos;
    return is_of_others(variable) && !has_input ? filled + " <" + quoted(answers_file(values))
                                                : filled;
}

std::string command_of(const char* variable, const Values& values)
{
    return fill_in_for(variable, command_of(variable), values);
}

std::vector<std::string> words_of(const char* variable)
{
    const char* value = std::getenv(variable);
    std::istringstream words(value == nullptr ? "" : value);
    return {std::istream_iterator<std::string>(words), {}};
}

bool is_of_others(const char* variable)
{
    const auto theirs = words_of("GRADE_THEIRS");
    return std::ranges::find(theirs, variable) != theirs.end();
}

std::uint16_t built_in_port(const char* variable)
{
    const char* port = std::getenv((std::string(variable) + "_PORT").c_str());
    return port == nullptr ? std::uint16_t{0} : static_cast<std::uint16_t>(std::stoi(port));
}

std::uint16_t port_for(const char* variable)
{
    const std::uint16_t port = built_in_port(variable);
    return port != 0 ? port : free_port();
}

void add_students_files(const std::string& folder)
{
    namespace fs = std::filesystem;
    const char* student = std::getenv("GRADE_STUDENT");
    if (student == nullptr) return;
    for (const auto& entry : fs::directory_iterator(student))
        if (!entry.path().filename().string().starts_with('.')) // neither .git nor .venv
            fs::copy(entry.path(), fs::path(folder) / entry.path().filename(),
                     fs::copy_options::recursive | fs::copy_options::skip_existing |
                         fs::copy_options::copy_symlinks);
}

} // namespace grade
