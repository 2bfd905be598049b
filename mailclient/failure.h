// Why a message was not sent, with an exit status of sysexits.h for scripts.
#pragma once

#include <string>

#include "common/error.h"

namespace mail {

enum class Exit {
    done = 0,
    usage = 64,        // wrong command line
    data = 65,         // invalid address, header or message
    no_input = 66,     // an attachment or another file cannot be read
    no_recipient = 67, // a recipient was refused permanently
    no_host = 68,      // the server's or the domain's name is unknown
    unavailable = 69,  // the server refuses, or TLS is not available
    no_output = 74,    // standard output cannot be written
    temporary = 75,    // a later attempt may succeed
    protocol = 76,     // the server violates SMTP
    no_login = 77,     // the login was refused or is not possible
};

class Failure : public net::Error {
public:
    Failure(Exit status, const std::string& what) : Error(what), status_(status) {}

    [[nodiscard]] Exit status() const noexcept { return status_; }

private:
    Exit status_;
};

/// Collects the failures of alternatives (addresses, hosts) when none succeeded. The whole failure
/// is temporary if one of them is.
class Alternatives {
public:
    void add(const Failure& failure)
    {
        reasons_ += (reasons_.empty() ? "" : "; ") + std::string(failure.what());
        if (status_ != Exit::temporary) status_ = failure.status();
    }
    [[nodiscard]] Failure failure() const { return {status_, reasons_}; }

private:
    std::string reasons_{};
    Exit status_ = Exit::no_host; // if there are no alternatives
};

} // namespace mail
