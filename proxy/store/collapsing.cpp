#include "proxy/store/collapsing.h"

namespace proxy {

using namespace std::chrono_literals;

void Flight::share(SharedAnswer answer)
{
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    changed_.notify_all();
}

void Flight::end()
{
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    answer_.reset();
    changed_.notify_all();
}

std::optional<SharedAnswer> Flight::wait_for_answer(net::Deadline deadline)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline.remaining(), [this] { return answer_ || is_over_; });
    if (is_over_) return std::nullopt; // it is in the store now, or nowhere
    return answer_;
}

Flights::Ticket::Ticket(Flights& flights, std::string url, std::shared_ptr<Flight> flight,
                        bool leads)
    : flights_(flights), url_(std::move(url)), flight_(std::move(flight)), leads_(leads)
{
}

Flights::Ticket::~Ticket()
{
    if (!leads_) return;
    flight_->end();
    const std::lock_guard lock(flights_.mutex_);
    flights_.flights_.erase(url_);
}

void Flights::Ticket::decline()
{
    constexpr auto memory = 60s;
    flight_->end();
    const std::lock_guard lock(flights_.mutex_);
    const std::uint64_t sum = sum_of(url_);
    flights_.declined_[sum % flights_.declined_.size()] = {sum, net::Deadline::in(memory)};
}

void Flights::end(const std::string& url)
{
    const std::lock_guard lock(mutex_);
    if (const auto found = flights_.find(url); found != flights_.end()) found->second->end();
}

std::unique_ptr<Flights::Ticket> Flights::join(const std::string& url)
{
    const std::lock_guard lock(mutex_);
    const std::uint64_t sum = sum_of(url);
    const Declined& declined = declined_[sum % declined_.size()];
    if (declined.url == sum && !declined.until.passed()) return nullptr;
    const auto [place, is_new] = flights_.try_emplace(url);
    if (is_new) place->second = std::make_shared<Flight>();
    return std::make_unique<Ticket>(*this, url, place->second, is_new);
}

} // namespace proxy
