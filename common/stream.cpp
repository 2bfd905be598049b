#include "common/stream.h"

#include <algorithm>

namespace net {

bool Reader::fill(Deadline deadline)
{
    if (end_ == buffer_.size() && begin_ > 0) {
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) buffer_.resize(std::max(size_, 2 * buffer_.size()));

    const std::size_t count = stream_.read(std::span(buffer_).subspan(end_), deadline);
    end_ += count;
    return count > 0;
}

void Reader::consume(std::size_t count)
{
    begin_ += std::min(count, end_ - begin_);
    if (begin_ == end_) begin_ = end_ = 0;
}

} // namespace net
