// A submission as it was handed in: a folder or an archive, with a file grade.cmd if its programs
// are started in another way than those of the others.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/grader/case.h"

namespace score {

/// Whether it is the name of a zip file or of a tar file, compressed or not.
bool is_archive(const std::filesystem::path& file);

/// The command that unpacks an archive in its own folder and removes it.
std::string unpack_command(const std::filesystem::path& archive);

/// The only folder in a folder that has nothing else; else the folder itself.
std::filesystem::path inner_folder(const std::filesystem::path& folder);

/// "ada" for ada, ada.zip and ada.tar.gz.
std::string title_of(const std::filesystem::path& submission);

/// The lines NAME=value of a grade.cmd; empty lines and lines that begin with # are skipped. An
/// Error names `file` and the line.
std::map<std::string, std::string> parse_commands(const std::string& text, const std::string& file);

/// The programs with the commands (WEBSERVER=...) and ports (PORT=..., WEBSERVER_PORT=...) of a
/// submission in the place of the general ones.
std::vector<Program> with_commands(std::vector<Program> programs,
                                   const std::map<std::string, std::string>& commands);

} // namespace score
