// A progress bar on the terminal while a large message is sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mail {

/// "[#####     ]  50 %  68.4 of 136.8 MB".
[[nodiscard]] std::string progress_bar(std::uint64_t sent, std::uint64_t size);

class Progress {
public:
    /// Shows nothing unless `wanted` and standard error is a terminal.
    explicit Progress(bool wanted);
    /// Clears the bar.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(std::uint64_t sent, std::uint64_t size);

private:
    bool wanted_;
    bool is_shown_ = false;
    std::chrono::steady_clock::time_point next_{};
};

} // namespace mail
