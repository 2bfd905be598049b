#include "mailclient/message/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t most_in_memory = 1 << 20; // most messages need no file
constexpr std::size_t read_size = 65536;

std::string folder()
{
    const char* chosen = std::getenv("TMPDIR");
    return chosen == nullptr || *chosen == '\0' ? "/var/tmp" : chosen; // /tmp may be in memory
}

[[noreturn]] void fail_temporarily(const std::string& attempt)
{
    throw Failure(Exit::temporary, attempt + " (TMPDIR) for the message: " + net::reason(errno));
}

net::FileDescriptor unlinked_file()
{
    std::string path = folder() + "/mailclient-XXXXXX";
    net::FileDescriptor file(::mkostemp(path.data(), O_CLOEXEC));
    if (!file || ::unlink(path.c_str()) == -1)
        fail_temporarily("create a temporary file in " + folder());
    return file;
}

} // namespace

void Spool::write(std::string_view bytes)
{
    in_memory_ += bytes;
    if (in_memory_.size() >= most_in_memory) move_to_file();
}

void Spool::move_to_file()
{
    if (!file_) file_ = unlinked_file();
    for (std::string_view left = in_memory_; !left.empty();) {
        const ssize_t count = ::write(file_.get(), left.data(), left.size());
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) fail_temporarily("write a temporary file in " + folder());
        left.remove_prefix(static_cast<std::size_t>(count));
    }
    size_in_file_ += in_memory_.size();
    in_memory_.clear();
}

void Spool::copy(std::uint64_t begin, std::uint64_t end, const Sink& sink) const
{
    std::string piece;
    for (const std::uint64_t file_end = std::min(end, size_in_file_); begin < file_end;
         begin += piece.size()) {
        piece.resize(std::min<std::uint64_t>(read_size, file_end - begin));
        if (read_at(file_.get(), piece, begin, "the temporary file") < piece.size())
            throw Failure(Exit::temporary, "read the temporary file: the file became shorter");
        sink(piece);
    }
    if (begin < end) sink(std::string_view(in_memory_).substr(begin - size_in_file_, end - begin));
}

} // namespace mail
