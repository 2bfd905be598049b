#include "webserver/fetch/page_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "webserver/fetch/sha256.h"

namespace webserver {
namespace {

constexpr mode_t own_only = 0600; // saved pages are private to the user

std::optional<SavedPage> read_record(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return parse_record(std::move(text).str());
}

/// The page's body and record in whole disk blocks.
std::uint64_t size_on_disk(const SavedPage& page)
{
    constexpr std::uint64_t block = 4096;
    return (page.size + block - 1) / block * block + block;
}

/// Bytes by which the folder grows with the new page.
std::uint64_t growth(const std::optional<SavedPage>& old, const SavedPage& page)
{
    const std::uint64_t before = old ? size_on_disk(*old) : 0;
    return std::max(size_on_disk(page), before) - before;
}

/// Named by a hash, so it is no file of the user, and a day old, so that no save() in progress
/// needs it.
bool is_orphaned_body(const std::filesystem::path& file)
{
    using namespace std::chrono_literals;
    constexpr std::size_t digest_size = 64;
    const std::string stem = file.stem().string();
    if (file.extension() != ".body" || stem.size() != digest_size ||
        stem.find_first_not_of("0123456789abcdef") != std::string::npos)
        return false;
    std::error_code error;
    const auto written = std::filesystem::last_write_time(file, error);
    return !error && written < std::filesystem::file_time_type::clock::now() - 24h;
}

bool has_size(const net::FileDescriptor& file, std::uint64_t size)
{
    struct stat status {};
    return file && ::fstat(file.get(), &status) == 0 &&
           static_cast<std::uint64_t>(status.st_size) == size;
}

} // namespace

PageStore::PageStore(std::filesystem::path folder, std::uint64_t most_bytes)
    : folder_(std::move(folder)), most_bytes_(most_bytes)
{
}

std::filesystem::path PageStore::body_of(const std::string& url) const
{
    return folder_ / (sha256(url) + ".body");
}

std::filesystem::path PageStore::record_file_of(const std::string& url) const
{
    return folder_ / (sha256(url) + ".txt");
}

std::optional<SavedCopy> PageStore::find(const std::string& url) const
{
    const std::lock_guard lock(mutex_);
    auto page = read_record(record_file_of(url));
    if (!page || page->url != url) return std::nullopt;
    return open(std::move(*page));
}

std::optional<SavedCopy> PageStore::open(SavedPage page) const
{
    if (!page.moved_to.empty()) return SavedCopy{std::move(page), {}};
    net::FileDescriptor body(::open(body_of(page.url).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!has_size(body, page.size)) return std::nullopt;
    return SavedCopy{std::move(page), std::move(body)};
}

net::AtomicFile PageStore::begin(const std::string& url) const
{
    make_folder();
    return net::AtomicFile(body_of(url), own_only);
}

SavedCopy PageStore::save(const SavedPage& page, net::AtomicFile& body)
{
    const std::lock_guard lock(mutex_);
    const auto old = read_record(record_file_of(page.url));
    body.commit();
    try {
        write_record(page);
    } catch (const net::StorageError&) {
        std::error_code ignored; // a body without a record is useless
        std::filesystem::remove(body_of(page.url), ignored);
        throw;
    }
    make_room(growth(old, page), page.url);
    auto copy = open(page);
    if (!copy)
        throw net::StorageError("open the copy of " + page.url +
                                " that was just saved: it is missing or changed");
    return std::move(*copy);
}

void PageStore::save_move(const SavedPage& moved)
{
    make_folder();
    const std::lock_guard lock(mutex_);
    const auto old = read_record(record_file_of(moved.url));
    write_record(moved);
    std::error_code ignored; // most have no body
    std::filesystem::remove(body_of(moved.url), ignored);
    make_room(growth(old, moved), moved.url);
}

void PageStore::renew(const SavedPage& old, const SavedPage& renewed)
{
    const std::lock_guard lock(mutex_);
    const auto current = read_record(record_file_of(old.url));
    if (current && record_of(*current) == record_of(old)) write_record(renewed);
}

std::vector<SavedPage> PageStore::list() const
{
    const std::lock_guard lock(mutex_);
    auto pages = records();
    std::erase_if(pages, [](const SavedPage& page) { return !page.moved_to.empty(); });
    return pages;
}

/// All records, the latest first.
std::vector<SavedPage> PageStore::records() const
{
    std::vector<SavedPage> pages;
    std::error_code ignored; // no folder yet: nothing saved
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        if (entry.path().extension() != ".txt") continue;
        auto page = read_record(entry.path());
        if (page && entry.path() == record_file_of(page->url)) pages.push_back(std::move(*page));
    }
    std::ranges::sort(pages, std::ranges::greater(), &SavedPage::fetched);
    return pages;
}

void PageStore::write_record(const SavedPage& page) const
{
    net::AtomicFile record(record_file_of(page.url), own_only);
    record.write(record_of(page));
    record.commit();
}

/// Scans the folder when it may be too full, and leaves an eighth of it free, so that the next scan
/// is not soon.
void PageStore::make_room(std::uint64_t growth, const std::string& newest)
{
    if (growth <= room_) {
        room_ -= growth;
        return;
    }
    remove_bodies_without_record();
    auto pages = records();
    std::uint64_t total = 0;
    for (const SavedPage& page : pages)
        total += size_on_disk(page);
    const std::uint64_t aim = most_bytes_ - most_bytes_ / 8;
    for (; total > aim && !pages.empty(); pages.pop_back()) {
        const SavedPage& oldest = pages.back();
        if (oldest.url == newest) continue;
        std::error_code error;
        std::filesystem::remove(body_of(oldest.url), error);
        if (!error) std::filesystem::remove(record_file_of(oldest.url), error);
        if (!error) total -= size_on_disk(oldest);
    }
    room_ = most_bytes_ - std::min(total, most_bytes_);
}

/// Such bodies remain when the process is killed during save().
void PageStore::remove_bodies_without_record() const
{
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        auto record = entry.path();
        record.replace_extension(".txt");
        if (is_orphaned_body(entry.path()) && !std::filesystem::exists(record, ignored))
            std::filesystem::remove(entry.path(), ignored);
    }
}

void PageStore::make_folder() const
{
    using std::filesystem::perms;
    std::error_code error;
    if (std::filesystem::create_directories(folder_, error))
        std::filesystem::permissions(folder_, perms::owner_all, error);
    if (error)
        throw net::StorageError("create the folder " + folder_.string() + ": " + error.message());
}

} // namespace webserver
