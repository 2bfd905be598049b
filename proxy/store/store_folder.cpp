#include "proxy/store/store_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "common/error.h"
#include "common/program/atomic_file.h"
#include "common/text/ascii.h"

namespace proxy {
namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;

constexpr mode_t own_only = 0600;
constexpr std::size_t hex_digits = 16;
constexpr std::size_t most_head = 2 * http::max_head; // record and response

/// The data in a file's name.
struct FileName {
    EntryKey key;
    std::optional<std::uint64_t> body_hash{}; // of a body
};

std::optional<FileName> parse_name(std::string_view name)
{
    constexpr std::size_t key_size = hex_digits + 1 + hex_digits;
    const auto url = parse_hex(name.substr(0, hex_digits));
    if (!url || name.size() < key_size || name[hex_digits] != '-') return std::nullopt;
    const auto variant = parse_hex(name.substr(hex_digits + 1, hex_digits));
    if (!variant) return std::nullopt;
    const auto rest = name.substr(key_size);
    if (rest == ".head") return FileName{{*url, *variant}};
    if (!rest.starts_with('-') || rest.substr(std::min(rest.size(), 1 + hex_digits)) != ".body")
        return std::nullopt;
    const auto hash = parse_hex(rest.substr(1, hex_digits));
    if (!hash) return std::nullopt;
    return FileName{{*url, *variant}, hash};
}

std::string name_of(const EntryKey& key)
{
    return hex(key.url) + "-" + hex(key.variant);
}

/// Whether net::AtomicFile made the name of an incomplete file: ".aside-12".
bool is_aside_name(std::string_view name)
{
    constexpr std::string_view prefix = ".aside-";
    return name.starts_with(prefix) && name.size() > prefix.size() &&
           std::ranges::all_of(name.substr(prefix.size()), net::is_digit);
}

bool is_of_others(const struct stat& status)
{
    return status.st_uid != ::geteuid() && status.st_uid != 0;
}

bool others_may_write(const struct stat& status)
{
    return (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/// An entry's file, opened for reading. Not a link or a special file, and none that another user
/// could have written.
struct EntryFile {
    net::FileDescriptor file;
    std::uint64_t size = 0;
};

std::optional<EntryFile> open_entry_file(const fs::path& name)
{
    net::FileDescriptor file(::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) == -1 || !S_ISREG(status.st_mode) ||
        is_of_others(status) || others_may_write(status))
        return std::nullopt;
    return EntryFile{std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

/// Throws StorageError unless the folder is for this user alone to write: who else can, decides
/// what clients are served.
void check_folder(const fs::path& folder)
{
    struct stat status {};
    const std::string attempt = "use the cache folder " + folder.string() + ": ";
    if (::stat(folder.c_str(), &status) == -1)
        throw net::StorageError(attempt + net::reason(errno), errno);
    if (is_of_others(status))
        throw net::StorageError(attempt + "it belongs to another user (choose another folder with "
                                          "--cache-dir)",
                                EPERM);
    if (others_may_write(status))
        throw net::StorageError(
            attempt + "other users may write to it (chmod go-w " + folder.string() + ")", EPERM);
    if (::access(folder.c_str(), R_OK | W_OK | X_OK) == -1)
        throw net::StorageError(attempt + net::reason(errno), errno);
}

/// One of the 256 subfolders, and no symbolic link.
bool is_subfolder(const fs::directory_entry& entry)
{
    std::error_code gone;
    const std::string name = entry.path().filename();
    return name.size() == 2 && name.find_first_not_of("0123456789abcdef") == std::string::npos &&
           entry.symlink_status(gone).type() == fs::file_type::directory;
}

/// Only files older than 10 minutes: another process may be writing a newer one.
bool is_left_over(const fs::directory_entry& file)
{
    constexpr auto unfinished_age = minutes(10);
    std::error_code gone;
    const auto written = file.last_write_time(gone);
    return !gone && file.symlink_status(gone).type() == fs::file_type::regular &&
           written + unfinished_age < fs::file_time_type::clock::now();
}

void remove_left_over(const fs::directory_entry& file)
{
    std::error_code ignored;
    if (is_left_over(file)) fs::remove(file.path(), ignored);
}

/// The files of one entry.
struct Pair {
    bool has_head = false;
    std::uint64_t head_size = 0;
    std::vector<fs::directory_entry> bodies{};
};

/// The entries of a subfolder. Files that are not the store's are ignored.
std::map<EntryKey, Pair> pairs_in(const fs::path& subfolder)
{
    std::map<EntryKey, Pair> pairs;
    std::error_code gone;
    for (const auto& file : fs::directory_iterator(subfolder, gone)) {
        if (file.symlink_status(gone).type() != fs::file_type::regular) continue;
        const std::string text = file.path().filename();
        if (is_aside_name(text)) remove_left_over(file);
        const auto name = parse_name(text);
        if (!name || !text.starts_with(subfolder.filename().native())) continue;
        Pair& pair = pairs[name->key];
        if (name->body_hash) {
            pair.bodies.push_back(file);
        } else {
            pair.has_head = true;
            pair.head_size = file.file_size(gone);
        }
    }
    return pairs;
}

} // namespace

EntryKey key_of(std::string_view url, const Variant& variant)
{
    Fnv1a hash;
    for (const std::string& line : variant) {
        hash.add(line);
        hash.add("\n");
    }
    return {hash_of(url), hash.value()};
}

StoreFolder::StoreFolder(fs::path folder) : folder_(std::move(folder))
{
    constexpr mode_t for_owner = 0700;
    std::error_code error;
    if (folder_.has_parent_path()) fs::create_directories(folder_.parent_path(), error);
    if (::mkdir(folder_.c_str(), for_owner) == -1 && errno != EEXIST)
        throw net::StorageError(
            "create the cache folder " + folder_.string() + ": " + net::reason(errno), errno);
    check_folder(folder_);
}

std::vector<StoreFolder::Entry> StoreFolder::scan() const
{
    std::vector<Entry> entries;
    std::error_code gone;
    for (const auto& subfolder : fs::directory_iterator(folder_, gone)) {
        if (is_aside_name(subfolder.path().filename().native())) remove_left_over(subfolder);
        if (!is_subfolder(subfolder)) continue;
        for (const auto& [key, pair] : pairs_in(subfolder.path())) {
            if (!pair.has_head || pair.bodies.empty()) {
                for (const auto& body : pair.bodies)
                    remove_left_over(body);
                if (pair.has_head) fs::remove(head_path(key), gone);
                continue;
            }
            Entry entry{.key = key, .size = size_on_disk(pair.head_size), .used = {}};
            for (const auto& body : pair.bodies) {
                entry.size += size_on_disk(body.file_size(gone));
                entry.used = std::max(entry.used, body.last_write_time(gone));
            }
            entries.push_back(entry);
        }
    }
    std::ranges::sort(entries, {}, &Entry::used);
    return entries;
}

std::shared_ptr<const StoredHead> StoreFolder::read_head(const EntryKey& key) const
{
    const auto opened = open_entry_file(head_path(key));
    if (!opened || opened->size > most_head) return nullptr;
    std::string text(opened->size, '\0');
    if (::pread(opened->file.get(), text.data(), text.size(), 0) != std::ssize(text))
        return nullptr;
    auto head = StoredHead::parse(std::move(text));
    if (!head || key_of(head->meta().url, head->meta().variant) != key) return nullptr;
    return head;
}

std::optional<StoredBody> StoreFolder::open_body(const StoredHead& head) const
{
    auto opened = open_entry_file(body_path(head));
    if (!opened || opened->size != head.meta().body_size) return std::nullopt;
    return StoredBody(std::move(opened->file), opened->size);
}

void StoreFolder::write(const StoredHead& head, BodyInProgress& body) const
{
    constexpr mode_t for_owner = 0700;
    const EntryKey key = key_of(head.meta().url, head.meta().variant);
    const auto former = read_head(key);
    ::mkdir(subfolder(key).c_str(), for_owner);
    if (net::AtomicFile* file = body.file()) {
        file->commit_as(body_path(head));
    } else {
        net::AtomicFile small(body_path(head), own_only);
        small.write(body.memory());
        small.commit();
    }
    write_head(head);
    std::error_code gone;
    if (former && body_path(*former) != body_path(head)) fs::remove(body_path(*former), gone);
}

void StoreFolder::write_head(const StoredHead& head) const
{
    net::AtomicFile file(head_path(key_of(head.meta().url, head.meta().variant)), own_only);
    file.write(head.text());
    file.commit();
}

void StoreFolder::remove(const EntryKey& key) const
{
    std::error_code gone;
    const auto head = read_head(key);
    fs::remove(head_path(key), gone);
    if (head)
        fs::remove(body_path(*head), gone);
    else
        remove_bodies(key);
}

std::optional<StoreFolder::Stamp> StoreFolder::stamp(const EntryKey& key) const
{
    constexpr std::int64_t billion = 1'000'000'000;
    struct stat status {};
    if (::lstat(head_path(key).c_str(), &status) == -1) return std::nullopt;
    return Stamp{status.st_ino, status.st_mtim.tv_sec * billion + status.st_mtim.tv_nsec};
}

void StoreFolder::note_use(const StoredHead& head) const
{
    ::utimensat(AT_FDCWD, body_path(head).c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
}

std::size_t StoreFolder::purge(std::string_view url) const
{
    std::vector<EntryKey> keys;
    const EntryKey any{hash_of(url), 0};
    std::error_code gone;
    for (const auto& file : fs::directory_iterator(subfolder(any), gone)) {
        const auto name = parse_name(file.path().filename().native());
        if (!name || name->body_hash || name->key.url != any.url) continue;
        const auto head = read_head(name->key);
        if (head && head->meta().url == url) keys.push_back(name->key);
    }
    for (const EntryKey& key : keys)
        remove(key);
    return keys.size();
}

fs::path StoreFolder::subfolder(const EntryKey& key) const
{
    return folder_ / hex(key.url).substr(0, 2);
}

fs::path StoreFolder::head_path(const EntryKey& key) const
{
    return subfolder(key) / (name_of(key) + ".head");
}

fs::path StoreFolder::body_path(const StoredHead& head) const
{
    const StoredResponseMeta& meta = head.meta();
    const EntryKey key = key_of(meta.url, meta.variant);
    return subfolder(key) / (name_of(key) + "-" + hex(meta.body_hash) + ".body");
}

void StoreFolder::remove_bodies(const EntryKey& key) const
{
    std::error_code gone;
    for (const auto& file : fs::directory_iterator(subfolder(key), gone)) {
        const auto name = parse_name(file.path().filename().native());
        if (name && name->body_hash && name->key == key) fs::remove(file.path(), gone);
    }
}

} // namespace proxy
