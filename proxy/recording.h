// An answer on its way into the store, and to those who follow its leader.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "proxy/flights.h"
#include "proxy/storability.h"
#include "proxy/store.h"

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
    [[nodiscard]] bool is_possible() const { return body_ != nullptr; }
    /// What others may have of it; nothing when it is too large to be shared.
    [[nodiscard]] std::optional<SharedAnswer> shared() const;

    void add(std::string_view piece);
    /// All of the body was there: it is put into the store. False when it can't be.
    bool finish();

private:
    [[nodiscard]] bool has_right_size() const;
    [[nodiscard]] bool combine();
    void become_whole();

    Store& store_;
    Outline outline_;
    std::optional<std::uint64_t> size_;
    std::shared_ptr<GrowingBody> body_; // null once it has become too large, or the disk failed
};

/// What is stored of an answer to `request`; its fields are views.
[[nodiscard]] Outline outline_of(const RequestView& request, const http::ReceivedResponse& answer,
                                 const CacheControl& control, const Exchanged& exchanged);

} // namespace proxy
