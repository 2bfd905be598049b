#include "tests/grader/submission.h"

#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/text/ascii.h"
#include "tests/grade/peers/command.h"
#include "tests/grader/settings_file.h"

namespace score {
namespace {

namespace fs = std::filesystem;

constexpr std::array endings = {".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"};

/// The ending of an archive's name; empty when it is none.
std::string ending_of(const fs::path& file)
{
    const std::string name = net::to_lower(file.filename().string());
    const auto* const ending =
        std::ranges::find_if(endings, [&](const char* each) { return name.ends_with(each); });
    return ending == endings.end() ? std::string() : *ending;
}

std::string value_of(const std::map<std::string, std::string>& commands, const std::string& name)
{
    const auto found = commands.find(name);
    return found == commands.end() ? std::string() : found->second;
}

} // namespace

bool is_archive(const fs::path& file)
{
    return !ending_of(file).empty() && fs::is_regular_file(file);
}

std::string unpack_command(const fs::path& archive)
{
    const std::string unpack =
        ending_of(archive) == ".zip"
            ? "if command -v unzip >/dev/null; then unzip -qq \"$0\"; else python3 -m zipfile -e "
              "\"$0\" .; fi"
            : "tar --no-same-owner -xf \"$0\"";
    return "sh -c " + grade::quoted("{ " + unpack + "; } && rm \"$0\"") + " " +
           grade::quoted("./" + archive.filename().string());
}

fs::path inner_folder(const fs::path& folder)
{
    const std::vector<fs::path> entries(fs::directory_iterator(folder), fs::directory_iterator{});
    return entries.size() == 1 && fs::is_directory(entries.front()) ? entries.front() : folder;
}

std::string title_of(const fs::path& submission)
{
    const std::string name = submission.filename().string();
    return is_archive(submission) ? name.substr(0, name.size() - ending_of(submission).size())
                                  : name;
}

std::map<std::string, std::string> parse_commands(const std::string& text, const std::string& file)
{
    std::map<std::string, std::string> commands;
    for_each_setting(text, file, [&](std::string_view line) {
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0)
            throw net::Error("a line is NAME=value, such as WEBSERVER=python3 WebServer.py");
        commands[std::string(net::trim(line.substr(0, equals)))] =
            net::trim(line.substr(equals + 1));
    });
    return commands;
}

std::vector<Program> with_commands(std::vector<Program> programs,
                                   const std::map<std::string, std::string>& commands)
{
    for (Program& program : programs) {
        if (program.is_ours) continue;
        const std::string name = variable_of(program.name);
        const std::string command = value_of(commands, name);
        if (!command.empty()) {
            program.command = command;
            program.has_own_command = true;
        }
        for (const std::string& port : {name + "_PORT", std::string("PORT")})
            if (program.port.empty()) program.port = value_of(commands, port);
    }
    return programs;
}

} // namespace score
