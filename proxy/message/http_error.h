// An error for which the proxy sends an error page.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace proxy {

/// `text`, which may be another error's, as a sentence of an error page.
[[nodiscard]] inline std::string sentence(const std::string& text)
{
    return text.ends_with('.') ? text : text + '.';
}

class HttpError : public net::Error {
public:
    /// `why` is a sentence for the error page. `error_type` is one of RFC 9209 §2.3 for a failure
    /// of the next hop ("connection_refused"), a literal; empty for an error of the client.
    HttpError(int status, const std::string& why, std::string_view error_type = {})
        : Error(why), status_(status), error_type_(error_type)
    {
    }

    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] std::string_view error_type() const noexcept { return error_type_; }

private:
    int status_;
    std::string_view error_type_;
};

} // namespace proxy
