#include "webserver/site/file_cache.h"

#include <utility>

namespace webserver {
namespace {

/// Whether it is the same file with the same content: a write changes the times.
bool is_same(const struct stat& a, const struct stat& b)
{
    const auto same_time = [](const timespec& x, const timespec& y) {
        return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
    };
    return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_size == b.st_size &&
           a.st_mode == b.st_mode && same_time(a.st_mtim, b.st_mtim) &&
           same_time(a.st_ctim, b.st_ctim);
}

std::chrono::system_clock::time_point time_of(const timespec& time)
{
    return std::chrono::system_clock::time_point(std::chrono::seconds(time.tv_sec) +
                                                 std::chrono::nanoseconds(time.tv_nsec));
}

} // namespace

std::shared_ptr<const File> FileCache::find(const std::string& name,
                                            const struct stat& status) const
{
    const auto found = entries_.find(name);
    if (found == entries_.end() || !is_same(found->second.status, status)) return nullptr;
    return found->second.file;
}

void FileCache::put(std::shared_ptr<const File> file, const struct stat& status)
{
    using namespace std::chrono_literals;
    constexpr std::size_t most_entries = 4096;
    constexpr auto tick = 100ms; // file times are coarse: two changes within one tick look like one
    if (std::chrono::system_clock::now() < time_of(status.st_ctim) + tick) return;
    if (entries_.size() >= most_entries || bytes_ + file->size > most_bytes_) {
        entries_.clear(); // frequently requested files are soon cached again
        bytes_ = 0;
    }
    if (file->size > most_bytes_) return;
    Entry& entry = entries_[file->name];
    bytes_ += file->size - (entry.file ? entry.file->size : 0);
    entry = {std::move(file), status};
}

} // namespace webserver
