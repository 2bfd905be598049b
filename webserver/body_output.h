// Where webclient puts a body: raw into a file or a pipe, made safe on a terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"
#include "common/program/atomic_file.h"

namespace webserver {

class BodySink {
public:
    /// Standard output when `name` is empty, else that file: a regular one appears when it is
    /// whole, anything else (/dev/null, a FIFO) is written to as it is. Throws net::StorageError,
    /// as all here do.
    explicit BodySink(const std::string& name);

    /// The head, which always goes to standard output.
    void write_head(std::string_view head) const;
    void write(std::string_view piece);
    /// The body is whole.
    void finish();

    /// Whether a body on its way cannot be watched, so that progress is worth showing.
    [[nodiscard]] bool is_hidden() const { return aside_ || file_ || !on_terminal_; }

private:
    void write_to_terminal(std::string_view piece);

    std::optional<net::AsideFile> aside_;
    net::FileDescriptor file_;
    bool on_terminal_; // standard output is one
    std::string kept_; // the start of a character whose end has not come
};

} // namespace webserver
