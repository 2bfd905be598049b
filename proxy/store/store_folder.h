// The store's files. An entry has two, in one of 256 subfolders:
//
//     3f/3f786850e387550f-cbf29ce484222325.head                     text, see stored_head.h
//     3f/3f786850e387550f-cbf29ce484222325-a430d84680aabd0b.body    the body, decoded
//
// named by the hashes of URL, variant and body. The body is written first, then the head,
// atomically: an entry with a head is complete. Any file may be removed at any time by any process;
// several processes may share the folder.
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

/// An entry's key. Keys may collide: compare the entry found with the one looked up.
struct EntryKey {
    std::uint64_t url = 0;
    std::uint64_t variant = 0;

    friend bool operator==(const EntryKey&, const EntryKey&) = default;
    friend bool operator<(const EntryKey& a, const EntryKey& b)
    {
        return std::tie(a.url, a.variant) < std::tie(b.url, b.variant);
    }
};

[[nodiscard]] EntryKey key_of(std::string_view url, const Variant& variant);

/// The disk space of a file of this many bytes, in whole blocks.
[[nodiscard]] constexpr std::uint64_t size_on_disk(std::uint64_t bytes)
{
    constexpr std::uint64_t block = 4096; // on nearly all file systems
    return (bytes + block - 1) / block * block;
}

class StoreFolder {
public:
    /// Creates the folder, with mode 0700, if it does not exist. Throws StorageError, also when
    /// another user owns it or may write to it.
    explicit StoreFolder(std::filesystem::path folder);

    /// An entry, as its files' names and sizes describe it.
    struct Entry {
        EntryKey key;
        std::uint64_t size = 0; // of both files on disk
        std::filesystem::file_time_type used;
    };
    /// All entries, without reading them; least recently used first. Removes incomplete files of
    /// killed processes, and no file that is not the store's.
    [[nodiscard]] std::vector<Entry> scan() const;

    /// An entry's head; null when it is missing, damaged, a link, or another user's.
    [[nodiscard]] std::shared_ptr<const StoredHead> read_head(const EntryKey& key) const;
    /// An entry's body; nothing when it is missing, a link, another user's, or not of the size in
    /// the head.
    [[nodiscard]] std::optional<StoredBody> open_body(const StoredHead& head) const;

    /// Writes a complete entry and replaces the previous one. Throws StorageError.
    void write(const StoredHead& head, BodyInProgress& body) const;
    /// Replaces the head only, for the same body. Throws StorageError.
    void write_head(const StoredHead& head) const;
    /// Removes an entry's files.
    void remove(const EntryKey& key) const;

    /// Identifies a version of an entry's head file; nothing when it is missing.
    struct Stamp {
        std::uint64_t file = 0;
        std::int64_t nanoseconds = 0;

        friend bool operator==(const Stamp&, const Stamp&) = default;
    };
    [[nodiscard]] std::optional<Stamp> stamp(const EntryKey& key) const;
    /// Records the time of use for the next scan.
    void note_use(const StoredHead& head) const;

    /// Removes all entries of a URL: how many.
    [[nodiscard]] std::size_t purge(std::string_view url) const;

    [[nodiscard]] const std::filesystem::path& path() const { return folder_; }
    [[nodiscard]] std::filesystem::path head_path(const EntryKey& key) const;
    [[nodiscard]] std::filesystem::path body_path(const StoredHead& head) const;

private:
    [[nodiscard]] std::filesystem::path subfolder(const EntryKey& key) const;
    void remove_bodies(const EntryKey& key) const;

    std::filesystem::path folder_;
};

} // namespace proxy
