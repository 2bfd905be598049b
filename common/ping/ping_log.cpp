#include "common/ping/ping_log.h"

#include <algorithm>
#include <cmath>

#include "common/text/decimal.h"

namespace net {
namespace {

// The number of distinct 16-bit sequence numbers.
constexpr std::uint64_t window = 65536;

PingLog::Duration nanoseconds_of(double count)
{
    return PingLog::Duration(std::llround(count));
}

} // namespace

double PingSummary::loss_percent() const
{
    const std::uint64_t decided = received + lost;
    return decided == 0 ? 0 : 100 * static_cast<double>(lost) / static_cast<double>(decided);
}

std::uint64_t PingLog::sent(Time when)
{
    records_.push_back({.sent = when});
    ++counts_.transmitted;
    ++counts_.in_flight;
    while (records_.size() > window && first_ < oldest_) {
        records_.pop_front();
        ++first_;
    }
    return counts_.transmitted;
}

PingLog::Reply PingLog::reply(std::uint64_t number, Time when)
{
    Record& record = *find(number);
    Reply reply{.arrival = Arrival::first, .rtt = std::max(when - record.sent, Duration(0))};
    if (record.state == State::answered) {
        ++counts_.duplicates;
        reply.arrival = Arrival::duplicate;
        return reply;
    }

    reply.reordered = number < furthest_;
    counts_.reordered += reply.reordered ? 1 : 0;
    furthest_ = std::max(furthest_, number);
    if (record.state == State::failed) {
        --counts_.errors;
        --counts_.lost;
        ++counts_.in_flight;
        record.state = State::in_flight;
    }
    if (record.state == State::lost || reply.rtt > timeout_) {
        if (record.state == State::in_flight) decide(record, State::lost);
        record.state = State::answered;
        ++counts_.late;
        reply.arrival = Arrival::late;
        return reply;
    }
    decide(record, State::answered);
    measure(reply.rtt);
    return reply;
}

bool PingLog::error(std::uint64_t number)
{
    Record* record = find(number);
    if (record == nullptr || record->state != State::in_flight) return false;
    decide(*record, State::failed);
    return true;
}

std::uint64_t PingLog::lose_next(Time now)
{
    const auto deadline = next_deadline();
    if (!deadline || now < *deadline) return 0;
    const std::uint64_t number = oldest_;
    decide(*find(number), State::lost);
    return number;
}

std::uint64_t PingLog::lose_next_at_end(Time now)
{
    const Record* oldest = find(oldest_);
    if (oldest == nullptr || now - oldest->sent <= rtts_.quantile(1)) return 0;
    const std::uint64_t number = oldest_;
    decide(*find(number), State::lost);
    return number;
}

/// Sets the outcome of a ping in flight and updates the counts.
void PingLog::decide(Record& record, State state)
{
    record.state = state;
    --counts_.in_flight;
    ++(state == State::answered ? counts_.received : counts_.lost);
    counts_.errors += state == State::failed ? 1 : 0;
    while (oldest_ <= counts_.transmitted && !is_in_flight(oldest_))
        ++oldest_;
}

void PingLog::measure(Duration rtt)
{
    const auto value = static_cast<double>(rtt.count());
    const double difference = value - mean_;
    mean_ += difference / static_cast<double>(counts_.received);
    squares_ += difference * (value - mean_);
    if (counts_.received > 1) {
        const auto step = static_cast<double>(std::chrono::abs(rtt - previous_).count());
        constexpr double gain = 1.0 / 16; // RFC 3550 §6.4.1
        jitter_ += (step - jitter_) * gain;
    }
    previous_ = rtt;
    rtts_.add(rtt);
}

std::optional<PingLog::Time> PingLog::next_deadline() const
{
    const Record* record = find(oldest_);
    if (record == nullptr) return std::nullopt;
    return timeout_ < Time::max() - record->sent ? record->sent + timeout_ : Time::max();
}

std::optional<PingLog::Time> PingLog::sent_at(std::uint64_t number) const
{
    const Record* record = find(number);
    return record == nullptr ? std::nullopt : std::optional(record->sent);
}

bool PingLog::is_in_flight(std::uint64_t number) const
{
    const Record* record = find(number);
    return record != nullptr && record->state == State::in_flight;
}

std::uint64_t PingLog::number_of(std::uint16_t sequence) const
{
    const auto age = static_cast<std::uint16_t>(counts_.transmitted - sequence);
    return age < counts_.transmitted ? counts_.transmitted - age : 0;
}

PingSummary PingLog::summary() const
{
    PingSummary summary = counts_;
    if (counts_.received == 0) return summary;
    const double variance = squares_ / static_cast<double>(counts_.received);
    summary.rtt = RttFigures{.min = rtts_.quantile(0),
                             .avg = nanoseconds_of(mean_),
                             .max = rtts_.quantile(1),
                             .mdev = nanoseconds_of(std::sqrt(variance)),
                             .p50 = rtts_.quantile(0.50),
                             .p95 = rtts_.quantile(0.95),
                             .p99 = rtts_.quantile(0.99),
                             .jitter = nanoseconds_of(jitter_)};
    return summary;
}

const PingLog::Record* PingLog::find(std::uint64_t number) const
{
    if (number < first_ || number > counts_.transmitted) return nullptr;
    return &records_[number - first_];
}

PingLog::Record* PingLog::find(std::uint64_t number)
{
    if (number < first_ || number > counts_.transmitted) return nullptr;
    return &records_[number - first_];
}

std::string percent_text(std::uint64_t part, std::uint64_t whole)
{
    if (part == 0 || whole == 0) return "0";
    if (part >= whole) return "100";
    const double percent = 100 * static_cast<double>(part) / static_cast<double>(whole);
    std::string text;
    const auto is_untrue = [&text] { // "0.00" or "100.00" for a share between
        return text.find_first_of("123456789") == std::string::npos || text.starts_with("100");
    };
    for (int decimals = 2; text.empty() || is_untrue(); ++decimals) {
        constexpr int most_decimals = 17;
        text = decimal(percent, decimals);
        if (decimals == most_decimals) break;
    }
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

} // namespace net
