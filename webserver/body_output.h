// The output of webclient: unchanged to a file or a pipe, escaped on a terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"
#include "common/program/atomic_file.h"

namespace webserver {

class BodyOutput {
public:
    /// Writes to standard output when `name` is empty, else to that file. A regular file appears
    /// when it is complete; a special one (/dev/null, a FIFO) is written to directly. Throws
    /// net::StorageError, as all functions here do.
    explicit BodyOutput(const std::string& name);

    /// Writes the head, always to standard output.
    void write_head(std::string_view head) const;
    void write(std::string_view piece);
    /// Completes the body; a regular file appears now.
    void finish();

    /// Whether the body is not shown on a terminal, so that progress is worth showing.
    [[nodiscard]] bool is_hidden() const { return regular_file_ || special_file_ || !on_terminal_; }

private:
    void write_to_terminal(std::string_view piece);

    std::optional<net::AtomicFile> regular_file_;
    net::FileDescriptor special_file_;
    bool on_terminal_;    // standard output is a terminal
    std::string pending_; // bytes of an incomplete character
};

} // namespace webserver
