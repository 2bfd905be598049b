// An answer on its way into the store, and to those who follow its leader.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "proxy/cache/storability.h"
#include "proxy/store/collapsing.h"
#include "proxy/store/store.h"

namespace proxy {

class Recording {
public:
    /// Of the answer to `request`, which may be stored. `outline` looks into the answer's head,
    /// which must last as long. `size`: the body's, where it is known.
    Recording(Store& store, Outline outline, std::optional<std::uint64_t> size);
    /// An answer that was not finished is cut off for those who follow, and not stored.
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    /// As far as is known; its size may turn out to be too large, or the disk to be full.
    [[nodiscard]] bool is_possible() const { return may_be_kept_; }
    /// Only the disk, or the origin's end, can still prevent it.
    [[nodiscard]] bool is_promised() const;
    /// What others may have of it as they may have what is stored (RFC 9111 §4); nothing when that
    /// is nothing.
    [[nodiscard]] std::optional<SharedAnswer> shared() const;

    /// What there is of it so far; null when there is nothing.
    [[nodiscard]] const std::shared_ptr<GrowingBody>& body() const { return body_; }
    /// Goes on for those who follow when it is not possible any more, until give_up().
    void add(std::string_view piece);
    /// It has become more than all that the store may hold.
    [[nodiscard]] bool is_too_much() const;
    /// Nobody needs it any more; who follows is cut off.
    void give_up();
    /// All of the body was there: it is put into the store. False when it can't be.
    bool finish();

private:
    [[nodiscard]] bool has_right_size() const;
    [[nodiscard]] bool combine();
    void become_whole();

    Store& store_;
    Outline outline_;
    std::optional<std::uint64_t> size_;
    std::shared_ptr<GrowingBody> body_; // null once it is given up
    bool may_be_kept_;                  // it is not too large, and the disk has not failed
};

/// What has become of a stored response that its origin has confirmed.
struct Confirmed {
    std::shared_ptr<const StoredHead> head; // with the news; null when they make no whole head
    bool is_stored = false;                 // with the news
    std::string_view why_not{};             // for Cache-Status
};

/// Puts what a 304, or the answer to a HEAD, says about `stored` into the store; when it says that
/// it is no longer for others, that is what is stored of the URL that goes.
[[nodiscard]] Confirmed take_news(Store& store, const RequestView& request,
                                  const StoredHead& stored, const ResponseView& news,
                                  const Exchanged& exchanged);

/// What is stored of an answer to `request`; its fields are views.
[[nodiscard]] Outline outline_of(const RequestView& request, const http::ReceivedResponse& answer,
                                 const CacheControl& control, const Exchanged& exchanged);

} // namespace proxy
