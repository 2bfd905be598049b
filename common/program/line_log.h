// A log of lines: a file, standard output, or none.
#pragma once

#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace net {

class LineLog {
public:
    /// Appends to the file `name`, which is made when it is not there; "-" is stdout, "none" keeps
    /// no log. `program` is for what goes wrong. Throws Error when it can't be opened.
    LineLog(std::string program, const std::string& name);

    [[nodiscard]] bool is_on() const { return destination_ != -1; }
    [[nodiscard]] bool is_file() const { return static_cast<bool>(file_); }
    /// Opens the file by its name once more, for when somebody has renamed it. Threads that write
    /// meanwhile need not know: each line is in the one file or in the other. When that fails, the
    /// file as it was goes on and stderr says so.
    void reopen() noexcept;

    /// Writes a line, with its end, in one write(2), so that lines of several threads do not mix.
    /// When that fails, or the log is a pipe and full, the line is lost; the first time stderr says
    /// so.
    void write(std::string_view line) const noexcept;

private:
    const std::string program_;
    const std::string name_;
    FileDescriptor file_; // its number never changes while threads write
    int destination_ = -1;
};

} // namespace net
