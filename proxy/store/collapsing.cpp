#include "proxy/store/collapsing.h"

namespace proxy {

using namespace std::chrono_literals;

void CollapsedRequest::share(SharedResponse response)
{
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    changed_.notify_all();
}

void CollapsedRequest::end()
{
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    response_.reset();
    changed_.notify_all();
}

std::optional<SharedResponse> CollapsedRequest::wait_for_response(net::Deadline deadline)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline.remaining(), [this] { return response_ || is_over_; });
    if (is_over_) return std::nullopt; // it is in the store now, or not stored
    return response_;
}

RequestCollapsing::Membership::Membership(RequestCollapsing& collapsing, std::string url,
                                          std::shared_ptr<CollapsedRequest> collapsed_request,
                                          bool leads)
    : collapsing_(collapsing), url_(std::move(url)),
      collapsed_request_(std::move(collapsed_request)), leads_(leads)
{
}

RequestCollapsing::Membership::~Membership()
{
    if (!leads_) return;
    collapsed_request_->end();
    const std::lock_guard lock(collapsing_.mutex_);
    collapsing_.requests_.erase(url_);
}

void RequestCollapsing::Membership::decline()
{
    constexpr auto memory = 60s;
    collapsed_request_->end();
    const std::lock_guard lock(collapsing_.mutex_);
    const std::uint64_t hash = hash_of(url_);
    collapsing_.declined_[hash % collapsing_.declined_.size()] = {hash, net::Deadline::in(memory)};
}

void RequestCollapsing::end(const std::string& url)
{
    const std::lock_guard lock(mutex_);
    if (const auto found = requests_.find(url); found != requests_.end()) found->second->end();
}

std::unique_ptr<RequestCollapsing::Membership> RequestCollapsing::join(const std::string& url)
{
    const std::lock_guard lock(mutex_);
    const std::uint64_t hash = hash_of(url);
    const Declined& declined = declined_[hash % declined_.size()];
    if (declined.url == hash && !declined.until.passed()) return nullptr;
    const auto [place, is_new] = requests_.try_emplace(url);
    if (is_new) place->second = std::make_shared<CollapsedRequest>();
    return std::make_unique<Membership>(*this, url, place->second, is_new);
}

} // namespace proxy
