#include "mailclient/attachment.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <span>

#include "common/base64.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t piece_size = 65536;

[[noreturn]] void fail_reading(const std::string& path, const std::string& why)
{
    throw Failure(Exit::no_input, "read " + path + ": " + why);
}

net::FileDescriptor open_file(const std::string& path, int more_flags = 0)
{
    net::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | more_flags));
    if (!file) fail_reading(path, net::reason(errno));
    return file;
}

/// As they come; "-" is standard input.
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

Attachment::Attachment(const std::string& path)
    : path_(path), name_(std::filesystem::path(path).filename().string()),
      file_(std::make_shared<net::FileDescriptor>(open_file(path, O_NONBLOCK)))
{ // a pipe is not waited for, to be refused
    struct stat status {};
    if (::fstat(file_->get(), &status) == -1) fail_reading(path, net::reason(errno));
    if (!S_ISREG(status.st_mode)) fail_reading(path, "it is no regular file");
    size_ = static_cast<std::uint64_t>(status.st_size);
}

void Attachment::write_base64(const Sink& sink) const
{
    constexpr std::size_t lines_a_piece = 1024; // 57 KiB: few calls, little memory
    std::string buffer(net::bytes_a_line * lines_a_piece, '\0');
    std::string lines;
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size_ - at);
        if (read_at(file_->get(), std::span(buffer).first(wanted), at, path_) < wanted)
            fail_reading(path_, "it became shorter while it was sent");
        lines.clear();
        net::append_base64_lines(lines, std::string_view(buffer).substr(0, wanted));
        sink(lines);
        at += wanted;
    }
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
