// What a shell needs to complete a program's options, from the same table as --help. The programs
// print it for --completion=bash and --completion=zsh; `make install` puts it where shells look.
#pragma once

#include <string>
#include <string_view>

#include "common/program/command_line.h"

namespace net {

/// A script for bash or zsh that completes long options, and file names elsewhere. An Error for
/// any other shell.
[[nodiscard]] std::string completion(const CommandLine& command_line, std::string_view shell);

} // namespace net
