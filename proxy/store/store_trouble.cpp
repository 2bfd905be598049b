#include "proxy/store/store_trouble.h"

#include "common/program/output.h"

namespace proxy {

void StoreTrouble::note(const net::Error& error)
{
    const std::lock_guard lock(mutex_);
    if (text_.empty()) // does not block when standard error stalls
        net::complain("proxy", std::string("responses are not stored: ") + error.what(),
                      net::Deadline::in({}));
    text_ = error.what();
}

void StoreTrouble::forget()
{
    const std::lock_guard lock(mutex_);
    text_.clear();
}

std::string StoreTrouble::text() const
{
    const std::lock_guard lock(mutex_);
    return text_;
}

} // namespace proxy
