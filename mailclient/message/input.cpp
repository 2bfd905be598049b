#include "mailclient/message/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "common/error.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t piece_size = 65536;

/// Passes each piece on as read(2) returns it; "-" is standard input.
void read_pieces(const std::string& path, const Sink& take)
{
    const bool is_input = path == "-";
    const net::FileDescriptor own = is_input ? net::FileDescriptor() : open_file(path);
    const int file = is_input ? STDIN_FILENO : own.get();
    std::array<char, piece_size> piece{};
    for (;;) {
        const ssize_t count = ::read(file, piece.data(), piece.size());
        if (count == 0) return;
        if (count > 0)
            take({piece.data(), static_cast<std::size_t>(count)});
        else if (errno != EINTR)
            fail_reading(is_input ? "standard input" : path, net::reason(errno));
    }
}

} // namespace

void fail_reading(const std::string& path, const std::string& why)
{
    throw Failure(Exit::no_input, "read " + path + ": " + why);
}

net::FileDescriptor open_file(const std::string& path, int more_flags)
{
    net::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | more_flags));
    if (!file) fail_reading(path, net::reason(errno));
    return file;
}

std::string read_all(const std::string& path)
{
    std::string all;
    read_pieces(path, [&](std::string_view piece) { all += piece; });
    return all;
}

void read_lines(const std::string& path, const Sink& take)
{
    std::string line;
    read_pieces(path, [&](std::string_view piece) {
        while (!piece.empty()) {
            const auto end = std::min(piece.find('\n'), piece.size() - 1) + 1;
            line += piece.substr(0, end);
            piece.remove_prefix(end);
            if (!line.ends_with('\n') && line.size() < piece_size) continue;
            take(line);
            line.clear();
        }
    });
    if (!line.empty()) take(line);
}

void for_each_line(std::string_view text, const Sink& take)
{
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        take(line);
        text.remove_prefix(line.size());
    }
}

std::size_t read_at(int file, std::span<char> buffer, std::uint64_t offset, const std::string& path)
{
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto rest = buffer.subspan(filled);
        const ssize_t count =
            ::pread(file, rest.data(), rest.size(), static_cast<off_t>(offset + filled));
        if (count == 0) break;
        if (count > 0)
            filled += static_cast<std::size_t>(count);
        else if (errno != EINTR)
            fail_reading(path, net::reason(errno));
    }
    return filled;
}

} // namespace mail
