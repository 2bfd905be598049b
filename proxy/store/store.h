// What the cache holds: an index in memory of the entries in a folder (or of nothing but memory),
// the longest unused given up first, and the small ones that are asked for often kept at hand.
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
#include "proxy/store/store_folder.h"
#include "proxy/store/store_trouble.h"
#include "proxy/store/stored_body.h"

namespace proxy {

struct StoreLimits {
    std::uint64_t capacity = std::uint64_t{256} << 20; // of all entries
    std::uint64_t object = std::uint64_t{64} << 20;    // the largest body that is kept
    std::uint64_t hot = std::uint64_t{256} << 20;      // of what is at hand in memory besides
    std::uint64_t hot_object = std::uint64_t{128} << 10;
};

struct StoredResponse {
    std::shared_ptr<const StoredHead> head;
    std::shared_ptr<const StoredBody> body;
};

class Store {
public:
    /// Takes over the entries in `folder`; an empty one: keeps all in memory. Throws StorageError.
    Store(const std::filesystem::path& folder, const StoreLimits& limits);

    struct Found {
        std::optional<StoredResponse> response{}; // the newest that the request selects
        bool has_other_variants = false;
    };
    /// The entry for a request; it counts as used now. What is broken or has been removed by
    /// somebody else is none (a removal may take a second to be seen).
    [[nodiscard]] Found find(std::string_view url, const std::vector<http::Field>& request);

    /// The entry of just that variant; it does not count as used.
    [[nodiscard]] std::optional<StoredResponse> find_variant(std::string_view url,
                                                             const Variant& variant);

    /// The largest body that can be kept.
    [[nodiscard]] std::uint64_t largest() const
    {
        return std::min(limits_.object, limits_.capacity);
    }
    /// A place for a new body, which nobody sees until keep().
    [[nodiscard]] std::shared_ptr<GrowingBody> begin() const;
    /// How often something of the URL has been removed: what was asked for before may be what it
    /// was removed for.
    [[nodiscard]] std::uint32_t removals(std::string_view url) const;
    /// Puts a whole response in its place, with the body's size and sum. Null when it can't be, or
    /// when something of the URL has been removed since it was asked for, or what was asked for
    /// later is in that place already.
    std::shared_ptr<const StoredHead> keep(Outline outline, GrowingBody& body);
    /// New fields for a stored body; `head` has the same URL and variant.
    bool refresh(const std::shared_ptr<const StoredHead>& head);
    /// Removes all entries of a URL, every variant: how many.
    std::size_t remove(std::string_view url);

    [[nodiscard]] std::size_t count() const;
    [[nodiscard]] std::uint64_t size() const;
    [[nodiscard]] const StoreLimits& limits() const { return limits_; }
    /// What last went wrong with the folder; empty when all is well.
    [[nodiscard]] std::string trouble() const { return trouble_.text(); }
    /// Something has gone wrong with it: that is told on standard error, once until it is well
    /// again.
    void note_trouble(const net::Error& error) { trouble_.note(error); }

private:
    using Clock = std::chrono::steady_clock;
    struct Slot;
    using Slots = std::list<Slot>; // the longest unused first
    struct Slot {
        Key key;
        std::uint64_t size = 0;
        std::shared_ptr<const StoredHead> head{}; // null while only its name is known
        std::shared_ptr<const StoredBody> body{}; // null while it is in its file alone
        StoreFolder::Stamp stamp{};
        Clock::time_point checked{};
        Clock::time_point use_noted{};
        bool is_hot = false;
        std::list<Slots::iterator>::iterator hot_place{};
    };

    [[nodiscard]] std::vector<Key> keys_to_load(std::uint64_t url);
    [[nodiscard]] bool has_newer(const Outline& outline);
    void load(const Key& key, std::unique_lock<std::mutex>& lock);
    [[nodiscard]] StoredResponse read(const Key& key) const;
    [[nodiscard]] Slots::iterator slot_of(const Key& key);
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
    std::array<std::mutex, 64> writers_; // one at a time writes files of the same URL
    std::array<std::atomic<std::uint32_t>, 16384> removals_{}; // by the URL's sum
    mutable std::mutex mutex_;                                 // guards what follows
    Slots slots_;
    std::unordered_multimap<std::uint64_t, Slots::iterator> by_url_;
    std::list<Slots::iterator> hot_; // the longest unused first
    std::uint64_t size_ = 0;
    std::uint64_t hot_total_ = 0;
};

} // namespace proxy
