// Why a message was not sent, with the exit status that says so to scripts: those of sysexits.h.
#pragma once

#include <string>

#include "common/error.h"

namespace mail {

enum class Exit {
    done = 0,
    usage = 64,        // the command line
    data = 65,         // an address, a header or the message is not as it must be
    no_input = 66,     // an attachment or another file cannot be read
    no_recipient = 67, // a recipient was refused for good
    no_host = 68,      // the server's or the domain's name is unknown
    unavailable = 69,  // the server refuses, or TLS with it cannot be had
    no_output = 74,    // standard output cannot be written
    temporary = 75,    // later it may work
    protocol = 76,     // the server does not speak SMTP as it should
    no_login = 77,     // the login was refused, or is not possible
};

class Failure : public net::Error {
public:
    Failure(Exit status, const std::string& what) : Error(what), status_(status) {}

    [[nodiscard]] Exit status() const noexcept { return status_; }

private:
    Exit status_;
};

/// Ways of which one would have done, when none has. As long as one of them may work later, so may
/// the whole.
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
    Exit status_ = Exit::no_host; // there is no way at all
};

} // namespace mail
