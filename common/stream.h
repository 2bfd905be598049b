// Bytes to and from a peer, whatever carries them, and a reader that keeps what arrived early.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "common/deadline.h"

namespace net {

/// A connection to a peer. Both calls throw Timeout when the deadline passes first and Error when
/// the connection breaks.
class Stream {
public:
    Stream() = default;
    Stream(Stream&&) = default;
    Stream& operator=(Stream&&) = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// Waits until at least one byte is there, or the end. The count of bytes put into `buffer`
    /// (never empty); 0 is the peer's end of stream.
    virtual std::size_t read(std::span<char> buffer, Deadline deadline) = 0;
    /// Sends all of `bytes`.
    virtual void write(std::string_view bytes, Deadline deadline) = 0;
};

/// What a stream brought and nobody has used yet. A message's parser looks at buffered(), asks for
/// more with fill(), and consume()s what it understood; what follows (a pipelined request) stays.
class Reader {
public:
    /// Room for an ordinary request: thousands of idle clients cost little.
    static constexpr std::size_t usual_size = std::size_t{4} * 1024;

    /// Reads from `stream`, which must outlive it. `arrived` has been read from it before. It waits
    /// for `size` bytes at a time or more: a large one is for bodies.
    explicit Reader(Stream& stream, std::string_view arrived = {}, std::size_t size = usual_size)
        : stream_(stream), buffer_(arrived.begin(), arrived.end()), end_(arrived.size()),
          size_(size)
    {
    }

    /// Valid until the next fill() or consume().
    [[nodiscard]] std::string_view buffered() const
    {
        return {buffer_.data() + begin_, end_ - begin_};
    }
    /// Waits for more bytes behind those buffered. False at the end of the stream. The caller
    /// bounds how much it lets gather.
    bool fill(Deadline deadline);
    /// Drops the first `count` of the buffered bytes.
    void consume(std::size_t count);

private:
    Stream& stream_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0; // buffered() is buffer_[begin_, end_)
    std::size_t end_ = 0;
    std::size_t size_; // of the buffer, when it is first needed
};

} // namespace net
