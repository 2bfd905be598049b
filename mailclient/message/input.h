// Reads files and standard input piece by piece. Errors throw Failure (Exit::no_input).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace mail {

/// Receives bytes, a piece at a time.
using Sink = std::function<void(std::string_view)>;

/// Opens a file for reading; `more_flags` are further flags of open(2).
[[nodiscard]] net::FileDescriptor open_file(const std::string& path, int more_flags = 0);
/// The whole content of a file; "-" is standard input.
[[nodiscard]] std::string read_all(const std::string& path);
/// Passes the lines to `take` in order, with their ends; a line longer than 64 KiB is split into
/// pieces.
/// "-" is standard input.
void read_lines(const std::string& path, const Sink& take);
/// The same for the lines of a text; a long line is not split.
void for_each_line(std::string_view text, const Sink& take);
/// Reads from `offset` until `buffer` is full or the file ends; returns the number of bytes. `path`
/// is for error messages.
[[nodiscard]] std::size_t read_at(int file, std::span<char> buffer, std::uint64_t offset,
                                  const std::string& path);
/// Throws Failure (Exit::no_input) with `path` and `why`.
[[noreturn]] void fail_reading(const std::string& path, const std::string& why);

} // namespace mail
