// Charts of a run in the terminal: a strip with a cell for each ping, and a histogram at the end.
// The functions return text and do not write.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/ping/histogram.h"

namespace net {

/// A strip of cells that grows to the right, row after row. A cell's height shows the round-trip
/// time; lost and failed pings have a red background.
class Strip {
public:
    /// `width` is the terminal's in columns. The cells show the same without colour.
    Strip(std::size_t width, bool coloured);

    /// One line that explains the cells.
    [[nodiscard]] std::string legend() const;

    /// Each of these returns the text and escape sequences that update the terminal.
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
    std::uint64_t first_ = 1;        // the number of the ping in cells_.front()
};

/// Bars for the round-trip times from the shortest to the longest, and one for lost pings.
[[nodiscard]] std::string histogram_text(const Histogram& rtts, std::uint64_t lost,
                                         std::size_t width, bool coloured);

} // namespace net
