// A host that is pinged: its address, its run of pings, and what an answer to one of them must be.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/address.h"
#include "common/ping/ping_log.h"
#include "icmppinger/packet/icmp.h"
#include "icmppinger/packet/payload.h"

namespace icmppinger {

/// What the host is asked for.
enum class Kind : std::uint8_t {
    echo,
    timestamp,   // RFC 792, page 16
    mask,        // RFC 950; deprecated by RFC 6918
    information, // RFC 792, page 18; deprecated by RFC 6918
};

[[nodiscard]] std::uint8_t request_type(Version version, Kind kind);
[[nodiscard]] std::uint8_t reply_type(Version version, Kind kind);

/// The time of day as ICMP tells it: since midnight UT.
[[nodiscard]] std::chrono::milliseconds time_of_day(std::chrono::nanoseconds since_1970);

/// What is asked of every host of a run.
struct Question {
    Kind kind = Kind::echo;
    std::size_t size = 56; // of an echo's data
    std::vector<std::byte> pattern{};
    std::chrono::nanoseconds patience{};
    std::chrono::nanoseconds wall_ahead{}; // of the steady clock, at the start
};

struct Target {
    using Time = net::PingLog::Time;

    Target(std::string its_name, const net::Address& its_address, const Question& question);

    /// What ping `number` carries behind its header when it is sent at `when`. Valid until the next
    /// call.
    [[nodiscard]] Bytes body_of(std::uint64_t number, Time when);
    /// From now on echoes have that much data.
    void resize(std::size_t size);

    std::string name; // as the user gave it
    net::Address address;
    Version version;
    std::string host;  // the numeric address
    bool is_multicast; // whoever answers is one of the group (RFC 1122 §3.2.2.6)
    net::PingLog log;
    std::uint64_t advice = 0; // redirects and source quenches

private:
    Kind kind_;
    Key key_;
    std::chrono::nanoseconds wall_ahead_;
    Payload payload_;
    std::vector<std::byte> query_; // the body of what is no echo
};

/// The hosts of a run, in the user's order, found by address.
class Targets {
public:
    void add(Target target);

    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] Target& operator[](std::size_t index) { return all_[index]; }
    [[nodiscard]] const Target& operator[](std::size_t index) const { return all_[index]; }
    [[nodiscard]] auto begin() { return all_.begin(); }
    [[nodiscard]] auto end() { return all_.end(); }
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }
    /// The places of those that have the address: several where the user named a host twice.
    [[nodiscard]] std::span<const std::size_t> at(const net::Address& address) const;
    /// The places of those that are groups.
    [[nodiscard]] std::span<const std::size_t> groups() const { return groups_; }

private:
    std::vector<Target> all_;
    std::vector<std::size_t> groups_;
    std::map<net::Address, std::vector<std::size_t>> by_address_;
};

} // namespace icmppinger
