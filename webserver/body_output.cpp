#include "webserver/body_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "common/text/printable.h"

namespace webserver {
namespace {

void write_all(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count == -1 && errno == EINTR) continue;
        if (count == -1)
            throw net::StorageError("write the response: " + net::reason(errno), errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

bool is_special(const std::string& name)
{
    struct stat status {};
    return ::stat(name.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

} // namespace

BodyOutput::BodyOutput(const std::string& name) : on_terminal_(::isatty(STDOUT_FILENO) == 1)
{
    if (name.empty()) return;
    if (!is_special(name)) {
        regular_file_.emplace(name);
        return;
    }
    special_file_ = net::FileDescriptor(::open(name.c_str(), O_WRONLY | O_CLOEXEC));
    if (!special_file_) throw net::StorageError("open " + name + ": " + net::reason(errno), errno);
}

void BodyOutput::write_head(std::string_view head) const
{
    std::string text(head);
    if (on_terminal_) {
        std::erase(text, '\r');
        text = net::printable(text);
    }
    write_all(STDOUT_FILENO, text);
}

void BodyOutput::write(std::string_view piece)
{
    if (regular_file_)
        regular_file_->write(piece);
    else if (special_file_)
        write_all(special_file_.get(), piece);
    else if (on_terminal_)
        write_to_terminal(piece);
    else
        write_all(STDOUT_FILENO, piece);
}

void BodyOutput::write_to_terminal(std::string_view piece)
{
    pending_ += piece;
    const std::size_t ready = pending_.size() - net::incomplete_suffix(pending_);
    write_all(STDOUT_FILENO, net::printable(std::string_view(pending_).substr(0, ready)));
    pending_.erase(0, ready);
}

void BodyOutput::finish()
{
    if (regular_file_) regular_file_->commit();
    write_all(STDOUT_FILENO, net::printable(pending_));
    pending_.clear();
}

} // namespace webserver
