// A request that the proxy answers itself, because it cannot or will not be done as asked.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace proxy {

class Refusal : public net::Error {
public:
    /// `why` is a sentence for the client's page. `error` is the type of RFC 9209 §2.3 for what the
    /// next hop did ("connection_refused"), a literal; empty when it was nobody's fault but the
    /// client's.
    Refusal(int status, const std::string& why, std::string_view error = {})
        : Error(why), status_(status), error_(error)
    {
    }

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view error() const noexcept { return error_; }

private:
    int status_;
    std::string_view error_;
};

} // namespace proxy
