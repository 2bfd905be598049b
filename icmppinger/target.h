// A host that is pinged: its address, its log of pings, and the data that its answers must repeat.
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

/// The kind of request.
enum class RequestKind : std::uint8_t {
    echo,
    timestamp,   // RFC 792, page 16
    mask,        // RFC 950; deprecated by RFC 6918
    information, // RFC 792, page 18; deprecated by RFC 6918
};

[[nodiscard]] std::uint8_t request_type(Version version, RequestKind kind);
[[nodiscard]] std::uint8_t reply_type(Version version, RequestKind kind);

/// The time of day as in ICMP timestamps: since midnight UT.
[[nodiscard]] std::chrono::milliseconds time_of_day(std::chrono::nanoseconds since_1970);

/// The request that a run sends to every host.
struct PingRequest {
    RequestKind kind = RequestKind::echo;
    std::size_t size = 56; // of an echo's data, in bytes
    std::vector<std::byte> pattern{};
    std::chrono::nanoseconds timeout{};
    std::chrono::nanoseconds wall_ahead{}; // wall clock minus steady clock, at the start
};

struct Target {
    using Time = net::PingLog::Time;

    Target(std::string its_name, const net::Address& its_address, const PingRequest& request);

    /// The body of ping `number`, after the ICMP header, if sent at `when`. Valid until the next
    /// call.
    [[nodiscard]] Bytes body_of(std::uint64_t number, Time when);
    /// Sets the data size of later echoes, in bytes; the pattern stays.
    void resize(std::size_t size);

    std::string name; // as given by the user
    net::Address address;
    Version version;
    std::string host;  // the numeric address
    bool is_multicast; // or broadcast: any member of the group answers (RFC 1122 §3.2.2.6)
    net::PingLog log;
    std::uint64_t advice = 0; // redirects and source quenches

private:
    RequestKind kind_;
    PayloadKey key_;
    std::chrono::nanoseconds wall_ahead_;
    std::vector<std::byte> pattern_;
    Payload payload_;
    std::vector<std::byte> body_; // of a request other than echo
};

/// The hosts of a run in command-line order, indexed by address.
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
    /// The indexes of the hosts with that address; several if a host was named twice.
    [[nodiscard]] std::span<const std::size_t> at(const net::Address& address) const;
    /// The indexes of the multicast groups.
    [[nodiscard]] std::span<const std::size_t> groups() const { return groups_; }

private:
    std::vector<Target> all_;
    std::vector<std::size_t> groups_;
    std::map<net::Address, std::vector<std::size_t>> by_address_;
};

} // namespace icmppinger
