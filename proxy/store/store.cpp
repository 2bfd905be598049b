#include "proxy/store/store.h"

#include <algorithm>
#include <cerrno>

#include "common/http/date.h"

namespace proxy {
namespace {

using namespace std::chrono_literals;

constexpr auto recheck_interval = 1s; // for so long the files are not checked again
constexpr auto note_interval = 10min; // the least time between notes of use in the folder

std::optional<StoreFolder> folder_at(const std::filesystem::path& path)
{
    if (path.empty()) return std::nullopt;
    return StoreFolder(path);
}

std::string all_of(const StoredBody& body)
{
    std::string bytes(body.size(), '\0');
    for (std::size_t at = 0; at < bytes.size();)
        at += body.read(at, std::span(bytes).subspan(at));
    return bytes;
}

} // namespace

Store::Store(const std::filesystem::path& folder, const StoreLimits& limits)
    : limits_(limits), folder_(folder_at(folder))
{
    if (!folder_) return;
    for (const StoreFolder::Entry& entry : folder_->scan()) {
        slots_.push_back({.key = entry.key, .size = entry.size});
        by_url_.emplace(entry.key.url, std::prev(slots_.end()));
        size_ += entry.size;
    }
    make_room();
}

Store::Found Store::find(std::string_view url, const std::vector<http::Field>& request)
{
    const std::uint64_t url_hash = hash_of(url);
    std::unique_lock lock(mutex_);
    for (const EntryKey& key : keys_to_load(url_hash))
        load(key, lock);

    Found found;
    auto best = slots_.end();
    const auto [first, last] = by_url_.equal_range(url_hash);
    for (auto at = first; at != last; ++at) {
        const auto slot = at->second;
        if (!slot->head || slot->head->meta().url != url) continue;
        const StoredResponseMeta& meta = slot->head->meta();
        const bool is_newer =
            best == slots_.end() || meta.times.received > best->head->meta().times.received;
        if (!selects(request, meta.variant))
            found.has_other_variants = true;
        else if (is_newer)
            best = slot;
    }
    if (best == slots_.end()) return found;
    found.response = {best->head, best->body};
    if (!best->body) {
        auto body = folder_->open_body(*best->head);
        if (!body) {
            erase(best, true);
            return {};
        }
        found.response->body = std::make_shared<const StoredBody>(std::move(*body));
    }
    use(best);
    return found;
}

std::optional<StoredResponse> Store::find_variant(std::string_view url, const Variant& variant)
{
    const EntryKey key = key_of(url, variant);
    std::unique_lock lock(mutex_);
    for (const EntryKey& each : keys_to_load(key.url))
        load(each, lock);
    const auto slot = slot_of(key);
    if (slot == slots_.end() || !slot->head || slot->head->meta().url != url) return std::nullopt;
    StoredResponse response{slot->head, slot->body};
    if (response.body) return response;
    auto body = folder_->open_body(*response.head);
    if (!body) return std::nullopt;
    response.body = std::make_shared<const StoredBody>(std::move(*body));
    return response;
}

/// Entries whose heads are not in memory, or may have been changed by another process.
std::vector<EntryKey> Store::keys_to_load(std::uint64_t url)
{
    std::vector<EntryKey> keys;
    if (!folder_) return keys;
    const auto now = Clock::now();
    const auto [first, last] = by_url_.equal_range(url);
    for (auto at = first; at != last; ++at) {
        Slot& slot = *at->second;
        if (slot.head && now < slot.checked + recheck_interval) continue;
        slot.checked = now;
        const auto stamp = slot.head ? folder_->stamp(slot.key) : std::nullopt;
        if (!stamp || *stamp != slot.stamp) keys.push_back(slot.key);
    }
    return keys;
}

void Store::load(const EntryKey& key, std::unique_lock<std::mutex>& lock)
{
    lock.unlock();
    const auto stamp = folder_->stamp(key);
    const StoredResponse response = stamp ? read(key) : StoredResponse();
    lock.lock();
    const auto slot = slot_of(key);
    if (slot == slots_.end()) return;
    if (!response.head) return erase(slot, stamp.has_value());
    cool(slot);
    slot->head = response.head;
    slot->body = response.body;
    slot->stamp = *stamp;
    slot->checked = Clock::now();
    make_hot(slot);
}

/// Verifies the checksum of the whole body; keeps the body in memory only if it is small.
StoredResponse Store::read(const EntryKey& key) const
try {
    const auto head = folder_->read_head(key);
    auto body = head ? folder_->open_body(*head) : std::nullopt;
    if (!body) return {};
    if (body->size() <= limits_.hot_object) *body = StoredBody(all_of(*body));
    if (body->hash() != head->meta().body_hash) return {};
    if (!body->in_memory()) return {head, nullptr};
    return {head, std::make_shared<const StoredBody>(std::move(*body))};
} catch (const net::Error&) {
    return {};
}

std::shared_ptr<BodyInProgress> Store::begin() const
{
    return std::make_shared<BodyInProgress>(folder_ ? folder_->path() : std::filesystem::path(),
                                            limits_.hot_object);
}

std::uint32_t Store::generation(std::string_view url) const
{
    return generations_[hash_of(url) % generations_.size()];
}

/// Of two concurrent responses the one that was requested later stays, in whatever order they end
/// (RFC 9111 §4).
bool Store::has_newer(const StoredResponseMeta& meta)
{
    const std::lock_guard lock(mutex_);
    const auto slot = slot_of(key_of(meta.url, meta.variant));
    if (slot == slots_.end() || !slot->head) return false;
    const auto requested = slot->head->meta().times.requested;
    return requested > meta.times.requested &&
           requested <= http::now(); // the clock may have been set back
}

std::shared_ptr<const StoredHead> Store::keep(StoredResponseMeta meta, BodyInProgress& body)
try {
    meta.body_size = body.size();
    meta.body_hash = body.hash();
    auto head = StoredHead::make(meta);
    if (!head || meta.body_size > largest()) return nullptr;

    const std::uint64_t url = hash_of(meta.url);
    const std::lock_guard writing(writers_[url % writers_.size()]);
    const auto& seen = meta.times.generation;
    if ((seen && *seen != generation(meta.url)) || has_newer(meta)) return nullptr;
    if (folder_) write_files(*head, body);
    const bool is_small = body.file() == nullptr;
    put(head, is_small ? std::make_shared<const StoredBody>(body.memory()) : nullptr);
    trouble_.forget();
    return head;
} catch (const net::Error& error) {
    trouble_.note(error);
    return nullptr;
}

/// Once more when the disk was full and there is something to erase.
void Store::write_files(const StoredHead& head, BodyInProgress& body)
try {
    folder_->write(head, body);
} catch (const net::StorageError& error) {
    constexpr std::uint64_t some_more = 2;
    if (!free_space(error, some_more * size_of(head))) throw;
    folder_->write(head, body);
}

bool Store::free_space(const net::Error& error, std::uint64_t bytes)
{
    if (error.cause() != ENOSPC && error.cause() != EDQUOT) return false;
    const std::lock_guard lock(mutex_);
    const bool has_entries = !slots_.empty();
    const std::uint64_t most = size_ - std::min(size_, bytes);
    while (size_ > most && !slots_.empty())
        erase(slots_.begin(), true);
    return has_entries;
}

bool Store::refresh(const std::shared_ptr<const StoredHead>& head)
try {
    const EntryKey key = key_of(head->meta().url, head->meta().variant);
    const std::lock_guard writing(writers_[key.url % writers_.size()]);
    std::shared_ptr<const StoredBody> body;
    {
        const std::lock_guard lock(mutex_);
        const auto slot = slot_of(key);
        if (slot == slots_.end() || !slot->head ||
            slot->head->meta().body_hash != head->meta().body_hash)
            return false;
        body = slot->body;
    }
    if (folder_) folder_->write_head(*head);
    put(head, body);
    return true;
} catch (const net::Error& error) {
    trouble_.note(error);
    return false;
}

void Store::put(const std::shared_ptr<const StoredHead>& head,
                std::shared_ptr<const StoredBody> body)
{
    const EntryKey key = key_of(head->meta().url, head->meta().variant);
    const auto stamp = folder_ ? folder_->stamp(key) : std::nullopt;
    const std::lock_guard lock(mutex_);
    if (const auto former = slot_of(key); former != slots_.end()) erase(former, false);
    slots_.push_back({.key = key,
                      .size = size_of(*head),
                      .head = head,
                      .body = std::move(body),
                      .stamp = stamp.value_or(StoreFolder::Stamp()),
                      .checked = Clock::now(),
                      .use_noted = Clock::now()});
    const auto slot = std::prev(slots_.end());
    by_url_.emplace(key.url, slot);
    size_ += slot->size;
    make_hot(slot);
    limit_variants(key.url);
    make_room();
}

/// Each request examines all variants of its URL, so their number is limited to 64; the least
/// recently used is evicted.
void Store::limit_variants(std::uint64_t url)
{
    constexpr std::size_t most = 64;
    if (by_url_.count(url) <= most) return;
    const auto is_of_url = [url](const Slot& slot) { return slot.key.url == url; };
    erase(std::ranges::find_if(slots_, is_of_url), true);
}

std::size_t Store::remove(std::string_view url)
{
    const std::uint64_t url_hash = hash_of(url);
    const std::lock_guard writing(writers_[url_hash % writers_.size()]);
    ++generations_[url_hash % generations_.size()];
    std::unique_lock lock(mutex_);
    for (const EntryKey& key : keys_to_load(url_hash))
        load(key, lock);
    std::vector<Slots::iterator> to_remove;
    const auto [first, last] = by_url_.equal_range(url_hash);
    for (auto at = first; at != last; ++at)
        if (at->second->head && at->second->head->meta().url == url)
            to_remove.push_back(at->second);
    for (const auto slot : to_remove)
        erase(slot, true);
    return to_remove.size();
}

Store::Slots::iterator Store::slot_of(const EntryKey& key)
{
    const auto [first, last] = by_url_.equal_range(key.url);
    const auto found =
        std::find_if(first, last, [&key](const auto& each) { return each.second->key == key; });
    return found == last ? slots_.end() : found->second;
}

void Store::use(Slots::iterator slot)
{
    slots_.splice(slots_.end(), slots_, slot);
    if (slot->is_hot) hot_.splice(hot_.end(), hot_, slot->hot_place);
    const auto now = slot->checked;
    if (!folder_ || now < slot->use_noted + note_interval) return;
    slot->use_noted = now;
    folder_->note_use(*slot->head);
}

void Store::make_hot(Slots::iterator slot)
{
    if (!folder_) return; // all entries are in memory anyway
    slot->is_hot = true;
    slot->hot_place = hot_.insert(hot_.end(), slot);
    hot_total_ += hot_size(*slot);
    while (hot_total_ > limits_.hot && hot_.front() != slot)
        cool(hot_.front());
}

/// Frees the head and the body; only the key stays in memory.
void Store::cool(Slots::iterator slot)
{
    if (!slot->is_hot) return;
    hot_total_ -= hot_size(*slot);
    hot_.erase(slot->hot_place);
    slot->is_hot = false;
    slot->head.reset();
    slot->body.reset();
}

void Store::erase(Slots::iterator slot, bool with_files)
{
    cool(slot);
    if (with_files && folder_) folder_->remove(slot->key);
    size_ -= slot->size;
    const auto [first, last] = by_url_.equal_range(slot->key.url);
    by_url_.erase(
        std::find_if(first, last, [slot](const auto& each) { return each.second == slot; }));
    slots_.erase(slot);
}

void Store::make_room()
{
    while (size_ > limits_.capacity && !slots_.empty())
        erase(slots_.begin(), true);
}

std::uint64_t Store::size_of(const StoredHead& head) const
{
    const std::uint64_t head_size = head.text().size();
    const std::uint64_t body_size = head.meta().body_size;
    if (!folder_) return head_size + body_size;
    return size_on_disk(head_size) + size_on_disk(body_size);
}

std::uint64_t Store::hot_size(const Slot& slot)
{
    constexpr std::uint64_t parsed = 3; // a head's parsed fields take about twice its text
    return parsed * slot.head->text().size() + (slot.body ? slot.body->size() : 0);
}

std::size_t Store::count() const
{
    const std::lock_guard lock(mutex_);
    return slots_.size();
}

std::uint64_t Store::size() const
{
    const std::lock_guard lock(mutex_);
    return size_;
}

} // namespace proxy
