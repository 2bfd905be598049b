// Buffers text of any size until it is sent: the last megabyte in memory, the rest in an unlinked
// temporary file, which vanishes with the program.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"
#include "mailclient/message/input.h"

namespace mail {

class Spool {
public:
    /// Throws Failure (Exit::temporary) when the file in $TMPDIR (/var/tmp) cannot be created or
    /// grow.
    void write(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const { return size_in_file_ + in_memory_.size(); }
    /// Passes the bytes from `begin` to `end` to `sink`, piece by piece. Throws Failure on errors.
    void copy(std::uint64_t begin, std::uint64_t end, const Sink& sink) const;

private:
    void move_to_file();

    net::FileDescriptor file_{};
    std::uint64_t size_in_file_ = 0; // bytes in the file
    std::string in_memory_{};        // the bytes after those in the file
};

/// A range of a spool; several messages share the spool.
struct SpoolRange {
    std::shared_ptr<const Spool> spool{};
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    bool is_8bit = false;

    void write(const Sink& sink) const { spool->copy(begin, begin + size, sink); }
};

} // namespace mail
