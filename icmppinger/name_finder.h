// Looks up the names of addresses in a background thread, so that a slow name server does not
// delay the program.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/address.h"

namespace icmppinger {

class NameFinder {
public:
    NameFinder();
    /// Does not wait for a look-up in progress; the detached thread ends after it.
    ~NameFinder();
    NameFinder(const NameFinder&) = delete;
    NameFinder& operator=(const NameFinder&) = delete;

    /// Queues the look-up of an address's name, unless it was queued before.
    void find(const net::Address& address);
    /// Whether the look-up has ended.
    [[nodiscard]] bool is_found(const net::Address& address) const;
    /// The name, escaped for a terminal; empty if there is none or the look-up has not ended.
    [[nodiscard]] std::string name_of(const net::Address& address) const;
    /// For poll: readable after a look-up has ended, until clear_event() is called.
    [[nodiscard]] int descriptor() const;
    void clear_event() const;

private:
    struct State;
    std::shared_ptr<State> state_; // shared with the thread
};

} // namespace icmppinger
