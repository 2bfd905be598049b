// Entries for a bounded number of addresses: addresses can be forged, and each entry takes memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <utility>

#include "common/address.h"

namespace udppinger {

/// Far more than a classroom.
inline constexpr std::size_t most_addresses = 1000;

template <typename Entry> class AddressTable {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// The entry of `address`, which sent something at `now`; a new one if need be. When the table
    /// is full, the entries of addresses that have been silent for a minute are removed, and
    /// `removed` is called with each. Null when all places are in use.
    template <typename Removed>
    [[nodiscard]] Entry* at(const net::Address& address, Time now, Removed removed)
    {
        const auto known = places_.find(address);
        if (known == places_.end() && !has_room(now, removed)) return nullptr;
        Place& place = known == places_.end() ? places_[address] : known->second;
        place.last = now;
        return &place.entry;
    }

    /// The entry of `address`; null when it has none.
    [[nodiscard]] Entry* find(const net::Address& address)
    {
        const auto known = places_.find(address);
        return known == places_.end() ? nullptr : &known->second.entry;
    }

    [[nodiscard]] std::size_t size() const { return places_.size(); }

    /// Calls `visit` with each address and its entry.
    template <typename Visit> void for_each(Visit visit) const
    {
        for (const auto& [address, place] : places_)
            visit(address, place.entry);
    }

private:
    struct Place {
        Entry entry{};
        Time last{};
    };
    static constexpr auto longest_silence = std::chrono::minutes(1);

    template <typename Removed> bool has_room(Time now, Removed removed)
    {
        if (places_.size() < most_addresses) return true;
        if (now < next_removal_) return false;
        std::erase_if(places_, [&](const auto& entry) {
            const bool is_silent = now - entry.second.last >= longest_silence;
            if (is_silent) removed(entry.second.entry);
            return is_silent;
        });
        const auto last_of = [](const auto& entry) { return entry.second.last; };
        if (!places_.empty())
            next_removal_ =
                last_of(*std::ranges::min_element(places_, {}, last_of)) + longest_silence;
        return places_.size() < most_addresses;
    }

    std::map<net::Address, Place> places_;
    Time next_removal_{}; // no entry is silent for long enough before
};

} // namespace udppinger
