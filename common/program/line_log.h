// A log of lines: a file, standard output, or none.
#pragma once

#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace net {

class LineLog {
public:
    /// Appends to the file `name`, which is created if it does not exist; "-" is stdout, "none"
    /// keeps no log. `program` begins error messages. Throws Error when the file can't be opened.
    LineLog(std::string program, const std::string& name);

    [[nodiscard]] bool is_on() const { return destination_ != -1; }
    [[nodiscard]] bool is_file() const { return static_cast<bool>(file_); }
    /// Opens the file by its name again, after a rename. Other threads may write meanwhile: each
    /// line goes to the old or the new file. On failure the old file stays in use and stderr
    /// reports it.
    void reopen() noexcept;

    /// Writes a line, with its end, in one write(2), so that lines of several threads do not mix. A
    /// line is lost when the write fails or the log is a full pipe; stderr reports the first loss.
    void write(std::string_view line) const noexcept;

private:
    const std::string program_;
    const std::string name_;
    FileDescriptor file_; // its number never changes while threads write
    int destination_ = -1;
};

} // namespace net
