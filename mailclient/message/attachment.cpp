#include "mailclient/message/attachment.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <span>

#include "common/error.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/utf8.h"

namespace mail {

Attachment::Attachment(const std::string& path)
    : path_(path), name_(std::filesystem::path(path).filename().string()),
      file_(std::make_shared<net::FileDescriptor>(open_file(path, O_NONBLOCK)))
{ // O_NONBLOCK: opening a FIFO does not block; the check below refuses it
    struct stat status {};
    if (::fstat(file_->get(), &status) == -1) fail_reading(path, net::reason(errno));
    if (!S_ISREG(status.st_mode)) fail_reading(path, "it is not a regular file");
    size_ = static_cast<std::uint64_t>(status.st_size);
}

bool Attachment::is_utf8() const
{
    constexpr std::size_t enough = 65536;
    std::string text(std::min<std::uint64_t>(enough, size_), '\0');
    text.resize(read_at(file_->get(), text, 0, path_));
    const bool is_cut = text.size() < size_;
    constexpr std::size_t longest_character = 4;
    for (std::size_t i = 1; is_cut && i < longest_character && !net::is_utf8(text); ++i)
        text.pop_back(); // the beginning of a character
    return net::is_utf8(text) && !net::contains(text, '\0');
}

void Attachment::write_base64(const Sink& sink) const
{
    constexpr std::size_t lines_a_piece = 1024; // 57 KiB: few calls, little memory
    std::string buffer(net::bytes_a_line * lines_a_piece, '\0');
    std::string lines;
    for (std::uint64_t at = 0; at < size_;) {
        const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size_ - at);
        if (read_at(file_->get(), std::span(buffer).first(wanted), at, path_) < wanted)
            fail_reading(path_, "the file became shorter while it was sent");
        lines.clear();
        net::append_base64_lines(lines, std::string_view(buffer).substr(0, wanted));
        sink(lines);
        at += wanted;
    }
}

} // namespace mail
