// The store's files. An entry has two, in one of 256 subfolders:
//
//     3f/3f786850e387550f-cbf29ce484222325.head                     text, see stored_head.h
//     3f/3f786850e387550f-cbf29ce484222325-a430d84680aabd0b.body    the body, decoded
//
// named by the sums of its URL, of its variant and of the body. A body comes first and the head,
// which names it, last and at once: what has a head is whole. Any of them may be removed at any
// time, by anybody; several processes may share the folder.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "proxy/cache/stored_head.h"
#include "proxy/store/body_in_progress.h"
#include "proxy/store/stored_body.h"

namespace proxy {

/// What an entry is found by. Two entries may have the same one by chance: what is found is to be
/// compared with what was looked for.
struct Key {
    std::uint64_t url = 0;
    std::uint64_t variant = 0;

    friend bool operator==(const Key&, const Key&) = default;
    friend bool operator<(const Key& a, const Key& b)
    {
        return std::tie(a.url, a.variant) < std::tie(b.url, b.variant);
    }
};

[[nodiscard]] Key key_of(std::string_view url, const Variant& variant);

/// What a file of so many bytes takes of the disk, which has blocks.
[[nodiscard]] constexpr std::uint64_t size_on_disk(std::uint64_t bytes)
{
    constexpr std::uint64_t block = 4096; // of nearly all file systems
    return (bytes + block - 1) / block * block;
}

class StoreFolder {
public:
    /// Makes the folder, for this user alone, if it is not there. Throws StorageError.
    explicit StoreFolder(std::filesystem::path folder);

    /// An entry as its files' names and sizes tell it.
    struct Entry {
        Key key;
        std::uint64_t size = 0; // of both files on disk
        std::filesystem::file_time_type used;
    };
    /// All entries, without a look into them; the longest unused first. Removes what a process
    /// that was killed has left half done, and nothing that is not the store's.
    [[nodiscard]] std::vector<Entry> scan() const;

    /// An entry's head; null when it is gone or not whole.
    [[nodiscard]] std::shared_ptr<const StoredHead> read_head(const Key& key) const;
    /// Its body, with the size that the head says; nothing when there is none.
    [[nodiscard]] std::optional<StoredBody> open_body(const StoredHead& head) const;

    /// Puts a whole entry in its place, instead of the one before. Throws StorageError.
    void write(const StoredHead& head, GrowingBody& body) const;
    /// Only the head, for the same body.
    void write_head(const StoredHead& head) const;
    /// Removes an entry's files.
    void remove(const Key& key) const;

    /// Tells one state of an entry's head from another; nothing when it is gone.
    struct Stamp {
        std::uint64_t file = 0;
        std::int64_t nanoseconds = 0;

        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    [[nodiscard]] std::optional<Stamp> stamp(const Key& key) const;
    /// Notes for the next scan that it has been used now.
    void note_use(const StoredHead& head) const;

    /// Removes all entries of a URL: how many.
    [[nodiscard]] std::size_t purge(std::string_view url) const;

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
    [[nodiscard]] std::filesystem::path head_path(const Key& key) const;
    [[nodiscard]] std::filesystem::path body_path(const StoredHead& head) const;

private:
    [[nodiscard]] std::filesystem::path subfolder(const Key& key) const;
    void remove_bodies(const Key& key) const;

    std::filesystem::path folder_;
};

} // namespace proxy
