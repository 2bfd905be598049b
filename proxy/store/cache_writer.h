// Writes a response to the cache and shares it with the followers of its leader.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "proxy/cache/storability.h"
#include "proxy/store/collapsing.h"
#include "proxy/store/store.h"

namespace proxy {

class CacheWriter {
public:
    /// For a response that may be stored. `meta` has views into its head, which must outlive this
    /// object. `size`: the body's, if known.
    CacheWriter(Store& store, StoredResponseMeta meta, std::optional<std::uint64_t> size);
    /// An unfinished response is cut off for followers and not stored.
    ~CacheWriter();
    CacheWriter(const CacheWriter&) = delete;
    CacheWriter& operator=(const CacheWriter&) = delete;

    /// Whether the response may be stored, as far as is known; its body may prove too large, or
    /// the disk full.
    [[nodiscard]] bool can_store() const { return can_store_; }
    /// Whether only a failing disk or a body that is cut off can still prevent it.
    [[nodiscard]] bool expects_to_store() const;
    /// The response for followers, which may reuse it like a stored one (RFC 9111 §4); nothing when
    /// they may not.
    [[nodiscard]] std::optional<SharedResponse> shared() const;

    /// The body received so far; null when there is none.
    [[nodiscard]] const std::shared_ptr<BodyInProgress>& body() const { return body_; }
    /// Appends to the body. Continues for followers when storing has become impossible, until
    /// abandon().
    void add(std::string_view piece);
    /// Whether the body exceeds the store's capacity.
    [[nodiscard]] bool exceeds_capacity() const;
    /// Ends without storing; followers are cut off.
    void abandon();
    /// The body is complete: stores it. False when it can't be stored.
    bool finish();

private:
    [[nodiscard]] bool has_right_size() const;
    [[nodiscard]] bool combine();
    void become_whole();

    Store& store_;
    StoredResponseMeta meta_;
    std::optional<std::uint64_t> size_;
    std::shared_ptr<BodyInProgress> body_; // null after abandon()
    bool can_store_;                       // small enough, and the disk has not failed
};

/// The result of update_stored_headers().
struct HeaderUpdate {
    std::shared_ptr<const StoredHead> head; // updated; null when the result is no valid head
    bool is_stored = false;                 // updated
    std::string_view why_not{};             // for Cache-Status
};

/// Updates `stored` in the store from a 304 or the response to a HEAD. When the new fields have
/// no-store or private, removes all entries of the URL instead.
[[nodiscard]] HeaderUpdate update_stored_headers(Store& store, const RequestView& request,
                                                 const StoredHead& stored,
                                                 const ResponseView& update,
                                                 const RequestTimes& times);

/// The data to store of a response to `request`; the fields are views.
[[nodiscard]] StoredResponseMeta meta_of(const RequestView& request,
                                         const http::ReceivedResponse& response,
                                         const CacheControl& control, const RequestTimes& times);

} // namespace proxy
