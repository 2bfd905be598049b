#include "tests/grader/submission.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "common/error.h"
#include "common/text/ascii.h"
#include "tests/grade/peers/process.h"

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

void run_unpacker(const fs::path& archive, const fs::path& room)
{
    const char* command = ending_of(archive) == ".zip"
                              ? "if command -v unzip >/dev/null; then exec unzip -qq \"$1\" -d "
                                "\"$2\"; fi; exec python3 -m zipfile -e \"$1\" \"$2\""
                              : "exec tar -xf \"$1\" -C \"$2\"";
    const auto outcome =
        grade::run("sh", {"-c", command, "sh", archive.string(), room.string()}, "/");
    if (outcome.status != 0) throw net::Error("unpack " + archive.string() + ": " + outcome.err);
}

/// The only folder in a folder that has nothing else; else the folder itself.
fs::path inner_folder(const fs::path& folder)
{
    const std::vector<fs::path> entries(fs::directory_iterator(folder), fs::directory_iterator{});
    return entries.size() == 1 && fs::is_directory(entries.front()) ? entries.front() : folder;
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

fs::path unpack(const fs::path& archive, const fs::path& room)
{
    run_unpacker(fs::absolute(archive), room);
    return inner_folder(room);
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
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        const std::string_view trimmed = net::trim(line);
        if (trimmed.empty() || trimmed.starts_with('#')) continue;
        const auto equals = trimmed.find('=');
        if (equals == std::string_view::npos || equals == 0)
            throw net::Error(file + ":" + std::to_string(number) +
                             ": a line is NAME=value, such as WEBSERVER=python3 WebServer.py");
        commands[std::string(net::trim(trimmed.substr(0, equals)))] =
            net::trim(trimmed.substr(equals + 1));
    }
    return commands;
}

std::vector<Program> with_commands(std::vector<Program> programs,
                                   const std::map<std::string, std::string>& commands)
{
    for (Program& program : programs) {
        if (program.is_ours) continue;
        const std::string name = variable_of(program.name);
        const std::string command = value_of(commands, name);
        if (!command.empty()) program.command = command;
        for (const std::string& port : {name + "_PORT", std::string("PORT")})
            if (program.port.empty()) program.port = value_of(commands, port);
    }
    return programs;
}

} // namespace score
