// Files and standard input, read piece by piece. What cannot be read is a Failure (Exit::no_input).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace mail {

/// Takes bytes, a piece at a time.
using Sink = std::function<void(std::string_view)>;

/// Open for reading; `more_flags` are of open(2).
[[nodiscard]] net::FileDescriptor open_file(const std::string& path, int more_flags = 0);
/// All of a file; "-" is standard input.
[[nodiscard]] std::string read_all(const std::string& path);
/// Its lines with their ends, one after the other; cut where one is longer than 64 KiB.
void read_lines(const std::string& path, const Sink& take);
/// Fills `buffer` from `offset` on as far as the file goes, which `path` names.
[[nodiscard]] std::size_t read_at(int file, std::span<char> buffer, std::uint64_t offset,
                                  const std::string& path);
/// Throws the Failure that says so.
[[noreturn]] void fail_reading(const std::string& path, const std::string& why);

} // namespace mail
