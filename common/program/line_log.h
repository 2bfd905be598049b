// A log of lines: a file, standard output, or none.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
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
    void reopen() const noexcept;

    /// Reports lost lines.
    ~LineLog();
    LineLog(const LineLog&) = delete;
    LineLog& operator=(const LineLog&) = delete;

    /// Writes a line, with its end, in one write(2), so that lines of several threads do not mix. A
    /// line is lost when the write fails or the log is a full pipe; stderr reports the first loss,
    /// and how many lines were lost once a line is written again. A file that was removed is
    /// created again, at the latest for lines 10 ms later.
    void write(std::string_view line) const noexcept;

private:
    void reopen_quietly() const noexcept;
    void look_for_removal() const noexcept;
    void put(std::string_view line) const;
    void report_lost() const;

    const std::string program_;
    const std::string name_;
    FileDescriptor file_; // its number never changes while threads write
    int destination_ = -1;
    mutable std::atomic<std::uint64_t> lost_ = 0;   // lines since the last report
    mutable std::atomic<bool> is_torn_ = false;     // the last line has no end
    mutable std::atomic<bool> is_reported_ = false; // the first loss is
    mutable std::atomic<std::chrono::steady_clock::duration> next_look_{}; // since its epoch
};

} // namespace net
