// A file that goes with a message. It is opened at once, so that what is missing is told before
// anybody is connected to, and read piece by piece while it is sent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace mail {

/// Takes a message's bytes, a piece at a time.
using Sink = std::function<void(std::string_view)>;

class Attachment {
public:
    /// Throws Failure (Exit::no_input) when it cannot be read or is no regular file.
    explicit Attachment(const std::string& path);

    /// Without the folders.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Its bytes as lines of base64, as many as size() said. Throws Failure when the file has
    /// become shorter.
    void write_base64(const Sink& sink) const;

private:
    std::string path_;
    std::string name_;
    std::shared_ptr<net::FileDescriptor> file_;
    std::uint64_t size_ = 0;
};

/// All of a file; "-" is standard input. Throws Failure (Exit::no_input), as do the next two.
[[nodiscard]] std::string read_all(const std::string& path);
/// Its lines with their ends, one after the other; cut where one is longer than 64 KiB.
void read_lines(const std::string& path, const Sink& take);
/// Fills `buffer` from `offset` on as far as the file goes, which `path` names.
[[nodiscard]] std::size_t read_at(int file, std::span<char> buffer, std::uint64_t offset,
                                  const std::string& path);

} // namespace mail
