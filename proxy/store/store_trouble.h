// The last error of the store's folder, such as a full disk.
#pragma once

#include <mutex>
#include <string>

#include "common/error.h"

namespace proxy {

/// Thread-safe.
class StoreTrouble {
public:
    /// Records the error; prints the first one since forget() on standard error.
    void note(const net::Error& error);
    void forget();
    /// The last error; empty when there is none.
    [[nodiscard]] std::string text() const;

private:
    mutable std::mutex mutex_;
    std::string text_;
};

} // namespace proxy
