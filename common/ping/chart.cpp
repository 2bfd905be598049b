#include "common/ping/chart.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/program/output.h"
#include "common/text/decimal.h"

namespace net {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr const char* green = "\x1b[32m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* red = "\x1b[31m";
constexpr const char* white_on_red = "\x1b[97;41m";
constexpr const char* plain = "\x1b[0m";

struct Level {
    nanoseconds below;
    const char* cell;
    const char* colour;
};

constexpr auto levels = std::to_array<Level>({{100us, "▁", green},
                                              {300us, "▂", green},
                                              {1ms, "▃", green},
                                              {3ms, "▄", green},
                                              {10ms, "▅", green},
                                              {30ms, "▆", yellow},
                                              {100ms, "▇", yellow},
                                              {nanoseconds::max(), "█", red}});

// An answer can still update these rows; older ones may have scrolled off the screen.
constexpr std::size_t most_rows = 8;

std::string repeated(std::string_view cell, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += cell;
    return text;
}

/// "   12  ████████": the count and a bar of length `width` * `count` / `longest`.
std::string bar(std::string_view cell, std::uint64_t count, std::uint64_t longest,
                std::size_t width)
{
    constexpr std::size_t count_width = 9;
    const double share = static_cast<double>(count) / static_cast<double>(longest);
    const auto length = static_cast<std::size_t>(std::ceil(share * static_cast<double>(width)));
    return right_aligned(std::to_string(count), count_width) + "  " + repeated(cell, length) + "\n";
}

/// Row edges from the shortest to beyond the longest time, in a geometric progression.
std::vector<nanoseconds> edges_of(const Histogram& rtts)
{
    constexpr int rows = 8;
    const nanoseconds shortest = std::max<nanoseconds>(rtts.quantile(0), 1us);
    const nanoseconds longest = std::max(rtts.quantile(1), shortest) + 1us;
    const double ratio =
        static_cast<double>(longest.count()) / static_cast<double>(shortest.count());
    std::vector<nanoseconds> edges{rtts.quantile(0)};
    for (int row = 1; row <= rows; ++row) {
        const double factor = std::pow(ratio, static_cast<double>(row) / rows);
        const auto edge = std::chrono::round<std::chrono::microseconds>(shortest * factor);
        if (edge > edges.back()) edges.emplace_back(edge);
    }
    edges.back() = std::max<nanoseconds>(edges.back() * 1025 / 1024, longest); // cover its bucket
    return edges;
}

} // namespace

Strip::Strip(std::size_t width, bool coloured)
    : width_(std::max<std::size_t>(width, 2) - 1), coloured_(coloured)
{
}

std::string Strip::legend() const
{
    std::string text = "RTT below";
    for (const Level& level : levels) {
        const bool is_last = level.below == nanoseconds::max();
        const auto limit = std::chrono::duration<double, std::milli>(level.below).count();
        text += " " + (is_last ? "more" : decimal(limit)) + painted(level.colour, level.cell);
    }
    return text + " ms, lost " + painted(white_on_red, "×") + ", error " +
           painted(white_on_red, "!") + "\n";
}

std::string Strip::sent(std::uint64_t number)
{
    const std::size_t place = number - first_;
    cells_.emplace_back("·");
    const bool starts_row = place != 0 && place % width_ == 0;
    if (cells_.size() > most_rows * width_) {
        cells_.erase(cells_.begin(), cells_.begin() + static_cast<std::ptrdiff_t>(width_));
        first_ += width_;
    }
    return (starts_row ? "\n" : "") + cells_.back();
}

std::string Strip::answered(std::uint64_t number, nanoseconds rtt)
{
    return set(number, cell_of(rtt));
}

std::string Strip::lost(std::uint64_t number)
{
    return set(number, painted(white_on_red, "×"));
}

std::string Strip::failed(std::uint64_t number)
{
    return set(number, painted(white_on_red, "!"));
}

/// Sets a cell and redraws its row; the cursor moves up from the last row and back to its end.
std::string Strip::set(std::uint64_t number, std::string cell)
{
    if (number < first_ || number - first_ >= cells_.size()) return {};
    cells_[number - first_] = std::move(cell);
    const std::size_t row = (number - first_) / width_;
    const std::size_t last = (cells_.size() - 1) / width_;
    if (row == last) return "\r" + row_text(row);
    const std::string rows = std::to_string(last - row);
    return "\r\x1b[" + rows + "A" + row_text(row) + "\r\x1b[" + rows + "B" + row_text(last);
}

std::string Strip::row_text(std::size_t row) const
{
    std::string text;
    for (std::size_t i = row * width_; i < std::min((row + 1) * width_, cells_.size()); ++i)
        text += cells_[i];
    return text;
}

std::string Strip::painted(const char* colour, const char* cell) const
{
    return coloured_ ? std::string(colour) + cell + plain : cell;
}

std::string Strip::cell_of(nanoseconds rtt) const
{
    const auto* level =
        std::ranges::find_if(levels, [rtt](const Level& l) { return rtt < l.below; });
    return painted(level->colour, level->cell);
}

std::string histogram_text(const Histogram& rtts, std::uint64_t lost, std::size_t width,
                           bool coloured)
{
    struct Row {
        std::string label;
        std::uint64_t count;
    };
    std::vector<Row> rows;
    constexpr std::size_t number_width = 9;
    if (rtts.count() > 0) {
        const auto edges = edges_of(rtts);
        for (std::size_t i = 0; i + 1 < edges.size(); ++i)
            rows.push_back({right_aligned(milliseconds_text(edges[i]), number_width) + " ms +",
                            rtts.count_between(edges[i], edges[i + 1])});
    }
    rows.push_back({right_aligned("lost", number_width) + "     ", lost});

    const auto longest = std::ranges::max(rows, {}, &Row::count).count;
    const std::size_t label_width = 28;
    const std::size_t bar_width = width > label_width + 10 ? width - label_width : 10;
    std::string text;
    for (const Row& row : rows) {
        const bool is_lost = &row == &rows.back();
        const std::string colour = coloured ? (is_lost ? red : green) : "";
        text += row.label + colour +
                bar(is_lost ? "×" : "█", row.count, std::max<std::uint64_t>(longest, 1), bar_width);
        if (coloured) text.insert(text.size() - 1, plain);
    }
    return text;
}

} // namespace net
