// Names of addresses, looked up beside everything else: a name server that takes its time keeps
// nobody waiting.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "common/address.h"

namespace icmppinger {

class NameFinder {
public:
    NameFinder();
    /// A look-up under way is left to itself.
    ~NameFinder();
    NameFinder(const NameFinder&) = delete;
    NameFinder& operator=(const NameFinder&) = delete;

    /// Begins to look for an address's name, unless that has been done.
    void find(const net::Address& address);
    /// Whether the look-up has ended.
    [[nodiscard]] bool is_found(const net::Address& address) const;
    /// The name, fit for a terminal; empty when there is none or it is not found yet.
    [[nodiscard]] std::string name_of(const net::Address& address) const;
    /// Readable once a name was found, for poll; then call heard().
    [[nodiscard]] int descriptor() const;
    void heard() const;

private:
    struct State;
    std::shared_ptr<State> state_; // also the thread's
};

} // namespace icmppinger
