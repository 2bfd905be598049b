// How fast an attachment becomes lines of base64, on one core.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "common/text/base64.h"

int main()
{
    constexpr std::size_t piece = net::bytes_a_line * 1024;
    constexpr std::size_t total = 2'000'000'000;
    const std::string bytes(piece, '\x5a');
    std::string lines;
    const std::clock_t begin = std::clock();
    std::size_t check = 0;
    for (std::size_t done = 0; done < total; done += piece) {
        lines.clear();
        net::append_base64_lines(lines, bytes);
        check += static_cast<unsigned char>(lines[done % lines.size()]);
    }
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::printf("base64 in lines: %.2f GB/s of CPU time (%zu)\n", 1e-9 * total / seconds, check);
}
