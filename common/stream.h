// A byte stream to and from a peer, over any transport, and a buffered reader.
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

    /// Waits for at least one byte or the end of stream. Returns the count of bytes put into
    /// `buffer`, which must not be empty; 0 is the peer's end of stream.
    virtual std::size_t read(std::span<char> buffer, Deadline deadline) = 0;
    /// Sends all of `bytes`.
    virtual void write(std::string_view bytes, Deadline deadline) = 0;
};

/// Bytes that a stream has read and the caller has not used yet. A message's parser looks at
/// buffered(), reads more with fill(), and consume()s the bytes it understood; the rest (a
/// pipelined request) stays.
class Reader {
public:
    /// Fits an ordinary request; small, because thousands of clients may be idle.
    static constexpr std::size_t usual_size = std::size_t{4} * 1024;

    /// Reads from `stream`, which must outlive it. `arrived` holds bytes already read from it.
    /// `size` is the least size of the buffer in bytes: a large one is for bodies.
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
    /// Waits for more bytes and appends them. False at the end of stream. The caller limits how
    /// many are buffered.
    bool fill(Deadline deadline);
    /// Drops the first `count` of the buffered bytes.
    void consume(std::size_t count);

private:
    Stream& stream_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0; // buffered() is buffer_[begin_, end_)
    std::size_t end_ = 0;
    std::size_t size_; // the least size of the buffer when it grows
};

} // namespace net
