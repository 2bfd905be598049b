// Text of any size that is read once and sent later: its last megabyte in memory, what is before
// that in a temporary file without a name, which vanishes with the program.
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
    /// Throws Failure (Exit::temporary) when the file cannot be made in $TMPDIR (/var/tmp) or grow.
    void write(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const { return filed_ + rest_.size(); }
    /// The bytes from `begin` to `end`, a piece at a time. Throws Failure when they cannot be read.
    void copy(std::uint64_t begin, std::uint64_t end, const Sink& sink) const;

private:
    void file_away();

    net::FileDescriptor file_{};
    std::uint64_t filed_ = 0; // bytes in the file
    std::string rest_{};      // those behind it
};

/// A part of a spool that several messages share.
struct Passage {
    std::shared_ptr<const Spool> spool{};
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
    bool is_8bit = false;

    void write(const Sink& sink) const { spool->copy(begin, begin + size, sink); }
};

} // namespace mail
