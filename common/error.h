// Errors, reported as the attempt and the reason: "listen on [::]:80: Permission denied".
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace net {

/// An attempt that failed. what() is "attempt: reason", in words for the user.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& what, int cause = 0) : std::runtime_error(what), cause_(cause)
    {
    }

    /// The errno behind it, 0 when there is none.
    [[nodiscard]] int cause() const noexcept { return cause_; }

private:
    int cause_;
};

/// A deadline that passed before the attempt ended.
class Timeout : public Error {
public:
    explicit Timeout(const std::string& attempt) : Error(attempt + ": timed out", ETIMEDOUT) {}
};

/// The system's text for an errno.
[[nodiscard]] inline std::string reason(int cause)
{
    return std::generic_category().message(cause);
}

/// Throws the Error of a system call that has just failed.
[[noreturn]] inline void fail(const std::string& attempt, int cause = errno)
{
    throw Error(attempt + ": " + reason(cause), cause);
}

} // namespace net
