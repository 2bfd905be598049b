#include "proxy/store/cache_writer.h"

#include <array>

#include "common/http/status_code.h"
#include "common/text/ascii.h"
#include "proxy/cache/reuse.h"
#include "proxy/cache/validation.h"

namespace proxy {
namespace {

void copy(const StoredBody& from, http::ByteRange range, BodyInProgress& to)
{
    constexpr std::size_t piece_size = std::size_t{64} * 1024;
    std::vector<char> buffer(piece_size);
    while (range.count > 0) {
        const auto most = std::min<std::uint64_t>(range.count, buffer.size());
        const std::size_t count =
            from.read(range.first, std::span(buffer).first(static_cast<std::size_t>(most)));
        to.append({buffer.data(), count});
        range.first += count;
        range.count -= count;
    }
}

void append_all(BodyInProgress& from, BodyInProgress& to)
{
    constexpr std::size_t piece_size = std::size_t{64} * 1024;
    std::vector<char> buffer(piece_size);
    for (std::uint64_t at = 0;;) {
        const auto count = from.read(at, buffer, net::Deadline::never());
        if (!count || *count == 0) return;
        to.append({buffer.data(), *count});
        at += *count;
    }
}

} // namespace

HeaderUpdate update_stored_headers(Store& store, const RequestView& request,
                                   const StoredHead& stored, const ResponseView& update,
                                   const RequestTimes& times)
{
    HeaderUpdate result{.head = freshened(stored, update, times)};
    if (!result.head) return result;
    const StoredHead& head = *result.head;
    const RequestView as_get{"GET", request.url, request.fields, request.control};
    result.why_not = why_not_stored(as_get, {head.status(), head.fields(), head.control()});
    if (result.why_not.empty())
        result.is_stored = store.refresh(result.head);
    else if (update.control.no_store || update.control.is_private)
        store.remove(request.url);
    return result;
}

StoredResponseMeta meta_of(const RequestView& request, const http::ReceivedResponse& response,
                           const CacheControl& control, const RequestTimes& times)
{
    StoredResponseMeta meta{.url = request.url,
                            .variant = variant_of(response.fields, request.fields),
                            .times = times,
                            .status = response.status,
                            .reason = response.reason,
                            .fields = stored_fields({response.status, response.fields, control}),
                            .request_had_cookie =
                                http::find_field(request.fields, "Cookie").has_value()};
    if (response.status == http::partial_content)
        meta.part =
            parse_content_range(http::find_field(response.fields, "Content-Range").value_or(""));
    return meta;
}

CacheWriter::CacheWriter(Store& store, StoredResponseMeta meta, std::optional<std::uint64_t> size)
    : store_(store), meta_(std::move(meta)), size_(size),
      can_store_(store.largest() > 0 && size.value_or(0) <= store.largest() &&
                 (meta_.status != http::partial_content || meta_.part))
{
    if (can_store_) body_ = store_.begin();
}

CacheWriter::~CacheWriter()
{
    abandon();
}

bool CacheWriter::expects_to_store() const
{
    return can_store_ && size_ && store_.trouble().empty();
}

std::optional<SharedResponse> CacheWriter::shared() const
{
    if (!can_store_ || meta_.part) return std::nullopt;
    const auto head = StoredHead::make(meta_);
    if (!head || decide_reuse({}, *head, meta_.times.received).use != Use::serve)
        return std::nullopt;
    return SharedResponse{head, body_, size_};
}

void CacheWriter::add(std::string_view piece)
try {
    if (!body_) return;
    body_->append(piece);
    can_store_ = can_store_ && body_->size() <= store_.largest();
} catch (const net::Error& error) { // the disk has failed: the response itself goes on
    const std::uint64_t needed = size_.value_or(body_->size());
    const bool is_worth_it = needed < store_.size() / 2; // the next response will fit
    if (!is_worth_it || !store_.free_space(error, needed)) store_.note_trouble(error);
    can_store_ = false;
}

bool CacheWriter::exceeds_capacity() const
{
    return body_ && body_->size() > store_.limits().capacity;
}

void CacheWriter::abandon()
{
    if (body_) body_->end(false);
    body_.reset();
}

bool CacheWriter::finish()
try {
    if (!body_ || !has_right_size()) return false;
    body_->end(true);
    if (!can_store_ || (meta_.part && !combine())) return false;
    return store_.keep(meta_, *body_) != nullptr;
} catch (const net::Error& error) {
    store_.note_trouble(error);
    return false;
}

bool CacheWriter::has_right_size() const
{
    return !meta_.part || meta_.part->range.count == body_->size();
}

/// Combines the part with an adjacent or overlapping stored part that has the same strong
/// validator, if there is one (RFC 9111 §3.4). False when the whole is stored already.
bool CacheWriter::combine()
{
    const auto validator = strong_validator(meta_.fields);
    const auto stored = store_.find_variant(meta_.url, meta_.variant);
    if (!stored || validator.empty() || strong_validator(stored->head->fields()) != validator)
        return true;
    if (!stored->head->meta().part) return false;
    const StoredRange& old = *stored->head->meta().part;
    StoredRange& fresh = *meta_.part;
    const std::uint64_t old_end = old.range.first + old.range.count;
    const std::uint64_t fresh_end = fresh.range.first + fresh.range.count;
    if (old.complete_size != fresh.complete_size || old_end < fresh.range.first ||
        fresh_end < old.range.first)
        return true;

    const auto whole = store_.begin();
    const std::uint64_t begin = std::min(old.range.first, fresh.range.first);
    const std::uint64_t before = fresh.range.first - begin; // old bytes before the new part
    copy(*stored->body, {0, before}, *whole);
    append_all(*body_, *whole);
    if (old_end > fresh_end)
        copy(*stored->body, {fresh_end - old.range.first, old_end - fresh_end}, *whole);
    whole->end(true);
    body_ = whole;
    fresh.range = {begin, std::max(old_end, fresh_end) - begin};
    if (fresh.range.count == fresh.complete_size) become_whole();
    return true;
}

void CacheWriter::become_whole()
{
    meta_.part.reset();
    meta_.status = http::ok;
    meta_.reason = http::reason_phrase(http::ok);
    std::erase_if(meta_.fields, [](const http::Field& field) {
        return net::equal_ignoring_case(field.name, "Content-Range");
    });
}

} // namespace proxy
