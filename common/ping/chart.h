// The run as a picture in the terminal: a strip with a cell for each ping, and at the end a
// histogram. All of it is text to write; nothing here writes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/ping/histogram.h"

namespace net {

/// A strip of cells that grows to the right, row after row. A cell's height tells the round-trip
/// time; a ping that is lost or failed stands out in red.
class Strip {
public:
    /// For a terminal of that many columns; without colour the cells tell the same.
    Strip(std::size_t width, bool coloured);

    /// What the cells mean, in one line.
    [[nodiscard]] std::string legend() const;

    /// Each of these returns what the terminal needs to show the change.
    [[nodiscard]] std::string sent(std::uint64_t number);
    [[nodiscard]] std::string answered(std::uint64_t number, std::chrono::nanoseconds rtt);
    [[nodiscard]] std::string lost(std::uint64_t number);
    [[nodiscard]] std::string failed(std::uint64_t number);

private:
    [[nodiscard]] std::string set(std::uint64_t number, std::string cell);
    [[nodiscard]] std::string row_text(std::size_t row) const;
    [[nodiscard]] std::string painted(const char* colour, const char* cell) const;
    [[nodiscard]] std::string cell_of(std::chrono::nanoseconds rtt) const;

    std::size_t width_;
    bool coloured_;
    std::vector<std::string> cells_; // of the last rows
    std::uint64_t first_ = 1;        // the ping of cells_.front()
};

/// Bars for the round-trip times from the shortest to the longest, and one for those lost.
[[nodiscard]] std::string histogram_text(const Histogram& rtts, std::uint64_t lost,
                                         std::size_t width, bool coloured);

} // namespace net
