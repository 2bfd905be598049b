// Shell scripts that complete a program's options, from the same table as --help. The programs
// print them for --completion=bash and --completion=zsh; `make install` installs them.
#pragma once

#include <string>
#include <string_view>

#include "common/program/command_line.h"

namespace net {

/// A script for bash or zsh that completes long options, and file names elsewhere. Throws Error for
/// any other shell.
[[nodiscard]] std::string completion(const CommandLine& command_line, std::string_view shell);

} // namespace net
