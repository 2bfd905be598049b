// A peer that follows a script.
#pragma once

#include "catch.h"

#include <deque>
#include <string>

#include "common/error.h"
#include "common/stream.h"

/// Each piece is what one read brings (or several, when the buffer is shorter); an empty piece is a
/// time-out; behind the last is the end of stream.
class Script : public net::Stream {
public:
    explicit Script(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}

    std::size_t read(std::span<char> buffer, net::Deadline) override
    {
        REQUIRE_FALSE(buffer.empty());
        if (pieces_.empty()) return 0;
        std::string& piece = pieces_.front();
        const std::size_t count = piece.copy(buffer.data(), buffer.size());
        piece.erase(0, count);
        if (piece.empty()) pieces_.pop_front();
        if (count == 0) throw net::Timeout("read from the script");
        return count;
    }
    void write(std::string_view, net::Deadline) override { FAIL("a reader does not write"); }

private:
    std::deque<std::string> pieces_;
};

/// `text` as pieces of `size` bytes.
inline std::deque<std::string> cut(const std::string& text, std::size_t size)
{
    std::deque<std::string> pieces;
    for (std::size_t at = 0; at < text.size(); at += size)
        pieces.push_back(text.substr(at, size));
    return pieces;
}
