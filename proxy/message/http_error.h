// An error that the proxy answers itself.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace proxy {

class HttpError : public net::Error {
public:
    /// `why` is a sentence for the error page. `error` is an error type of RFC 9209 §2.3 for a
    /// failure of the next hop ("connection_refused"), a literal; empty for an error of the client.
    HttpError(int status, const std::string& why, std::string_view error = {})
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
