// The cache entries: an in-memory index of the files in a folder (or of memory alone), with LRU
// eviction. Small entries in frequent use are kept in memory.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "proxy/cache/stored_head.h"
#include "proxy/store/body_in_progress.h"
#include "proxy/store/keyed_hash.h"
#include "proxy/store/store_folder.h"
#include "proxy/store/store_trouble.h"
#include "proxy/store/stored_body.h"

namespace proxy {

struct StoreLimits {
    std::uint64_t capacity = std::uint64_t{256} << 20; // of all entries
    std::uint64_t object = std::uint64_t{64} << 20;    // the largest body that is stored
    std::uint64_t hot = std::uint64_t{256} << 20;      // of entries kept in memory as well
    std::uint64_t hot_object = std::uint64_t{128} << 10;
};

struct StoredResponse {
    std::shared_ptr<const StoredHead> head;
    std::shared_ptr<const StoredBody> body;
};

class Store {
public:
    /// Loads the index of `folder`; an empty path keeps all entries in memory. Throws StorageError.
    Store(const std::filesystem::path& folder, const StoreLimits& limits);

    struct Found {
        std::optional<StoredResponse> response{}; // the newest match
        bool has_other_variants = false;
    };
    /// Looks up the entry for a request and marks it as used. Damaged entries and entries removed
    /// by another process are not found (a removal may take 1 s to be noticed).
    [[nodiscard]] Found find(std::string_view url, const std::vector<http::Field>& request);

    /// The entry of exactly this variant; not marked as used.
    [[nodiscard]] std::optional<StoredResponse> find_variant(std::string_view url,
                                                             const Variant& variant);

    /// The largest body that can be stored.
    [[nodiscard]] std::uint64_t largest() const
    {
        return std::min(limits_.object, limits_.capacity);
    }
    /// A new body, invisible to other requests until keep().
    [[nodiscard]] std::shared_ptr<BodyInProgress> begin() const;
    /// How often entries of the URL have been removed. keep() refuses a response whose request was
    /// sent in an earlier generation: the removal may have been meant for it.
    [[nodiscard]] std::uint32_t generation(std::string_view url) const;
    /// Stores a complete response, with the body's size and checksum. Null when that fails, when an
    /// entry of the URL has been removed since the request was sent, or when the entry there was
    /// requested later.
    std::shared_ptr<const StoredHead> keep(StoredResponseMeta meta, BodyInProgress& body);
    /// Replaces the head of a stored body; `head` has the same URL and variant. False when that
    /// fails.
    bool refresh(const std::shared_ptr<const StoredHead>& head);
    /// Removes all variants of a URL: how many.
    std::size_t remove(std::string_view url);

    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] const StoreLimits& limits() const { return limits_; }
    /// The last error of the folder; empty when there is none.
    [[nodiscard]] std::string trouble() const { return trouble_.text(); }
    /// If the error is a full disk (or quota), erases the least recently used entries of at least
    /// `bytes`; false when it is another error or there are no entries.
    bool free_space(const net::Error& error, std::uint64_t bytes);
    /// Records an error of the folder. The first since the last success is printed on standard
    /// error.
    void note_trouble(const net::Error& error) { trouble_.note(error); }

private:
    using Clock = std::chrono::steady_clock;
    struct Slot;
    using Slots = std::list<Slot>; // least recently used first
    struct Slot {
        EntryKey key;
        std::uint64_t size = 0;
        std::shared_ptr<const StoredHead> head{}; // null when only the key is in memory
        std::shared_ptr<const StoredBody> body{}; // null when only in its file
        StoreFolder::Stamp stamp{};
        Clock::time_point checked{};
        Clock::time_point use_noted{};
        bool is_hot = false;
        std::list<Slots::iterator>::iterator hot_place{};
    };

    [[nodiscard]] std::vector<EntryKey> keys_to_load(std::uint64_t url);
    [[nodiscard]] bool has_newer(const StoredResponseMeta& meta);
    void load(const EntryKey& key, std::unique_lock<std::mutex>& lock);
    [[nodiscard]] StoredResponse read(const EntryKey& key) const;
    void write_files(const StoredHead& head, BodyInProgress& body);
    [[nodiscard]] Slots::iterator slot_of(const EntryKey& key);
    void put(const std::shared_ptr<const StoredHead>& head, std::shared_ptr<const StoredBody> body);
    void use(Slots::iterator slot);
    void make_hot(Slots::iterator slot);
    void cool(Slots::iterator slot);
    void erase(Slots::iterator slot, bool with_files);
    void make_room();
    void limit_variants(std::uint64_t url);
    [[nodiscard]] std::uint64_t size_of(const StoredHead& head) const;
    [[nodiscard]] static std::uint64_t hot_size(const Slot& slot);

    const StoreLimits limits_;
    const std::optional<StoreFolder> folder_;
    StoreTrouble trouble_;
    std::array<std::mutex, 64> writers_; // serialize writes to the files of a URL
    std::array<std::atomic<std::uint32_t>, 16384> generations_{}; // by the URL's hash
    mutable std::mutex mutex_;                                    // guards the members below
    Slots slots_;
    std::unordered_multimap<std::uint64_t, Slots::iterator, KeyedHash> by_url_;
    std::list<Slots::iterator> hot_; // least recently used first
    std::uint64_t size_ = 0;
    std::uint64_t hot_total_ = 0;
};

} // namespace proxy
