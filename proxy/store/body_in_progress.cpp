#include "proxy/store/body_in_progress.h"

#include <unistd.h>

#include <algorithm>

namespace proxy {

void BodyInProgress::append(std::string_view bytes)
{
    const std::lock_guard lock(mutex_);
    memory_ += bytes;
    hash_.add(bytes);
    size_ += bytes.size();
    grown_.notify_all();
    const bool is_large = file_ || memory_.size() > most_in_memory_;
    if (is_large && !folder_.empty() && !has_disk_failed_) move_to_file();
}

void BodyInProgress::move_to_file()
try {
    constexpr mode_t own_only = 0600;
    if (!file_) file_.emplace(folder_ / "body", own_only);
    file_->write(memory_);
    in_file_ = size_;
    memory_ = {};
} catch (const net::StorageError&) {
    has_disk_failed_ = true;
    throw;
}

void BodyInProgress::end(bool is_whole)
{
    const std::lock_guard lock(mutex_);
    if (state_ == State::growing) state_ = is_whole ? State::whole : State::cut_off;
    grown_.notify_all();
}

std::optional<std::size_t> BodyInProgress::read(std::uint64_t offset, std::span<char> buffer,
                                                net::Deadline deadline)
{
    std::unique_lock lock(mutex_);
    const auto is_ready = [&] { return size_ > offset || state_ != State::growing; };
    if (deadline.is_never())
        grown_.wait(lock, is_ready);
    else if (!grown_.wait_for(lock, deadline.remaining(), is_ready))
        return std::nullopt;
    if (size_ > offset) return copy(offset, buffer);
    if (state_ == State::cut_off) return std::nullopt;
    return 0;
}

bool BodyInProgress::has_begun(net::Deadline deadline)
{
    char first = 0;
    return read(0, {&first, 1}, deadline).has_value();
}

std::size_t BodyInProgress::copy(std::uint64_t offset, std::span<char> buffer) const
{
    if (offset >= in_file_) return memory_.copy(buffer.data(), buffer.size(), offset - in_file_);
    const auto most = std::min<std::uint64_t>(buffer.size(), in_file_ - offset);
    const ssize_t count =
        ::pread(file_->descriptor(), buffer.data(), most, static_cast<off_t>(offset));
    if (count <= 0) net::fail("read a response that is being stored");
    return static_cast<std::size_t>(count);
}

std::uint64_t BodyInProgress::size() const
{
    const std::lock_guard lock(mutex_);
    return size_;
}

} // namespace proxy
