// A body on its way into the store, read by others while it still grows: small ones in memory,
// larger ones in a file without a name.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/deadline.h"
#include "common/program/atomic_file.h"
#include "proxy/cache/stored_head.h"
#include "proxy/store/stored_body.h"

namespace proxy {

class GrowingBody {
public:
    /// Beyond `most_in_memory` bytes it goes to a file in `folder`; with an empty folder it stays
    /// in memory.
    GrowingBody(std::filesystem::path folder, std::uint64_t most_in_memory)
        : folder_(std::move(folder)), most_in_memory_(most_in_memory)
    {
    }

    /// By the one who receives it. Throws StorageError when the disk fails: then it can't be
    /// stored, but it can still be read here, and go on in memory.
    void append(std::string_view bytes);
    /// It is whole; or it never will be.
    void end(bool is_whole);

    /// Waits until there are bytes behind `offset`: how many of them are in `buffer` now; 0 at the
    /// end of a whole body; nothing when the rest will not come, or not by the deadline.
    [[nodiscard]] std::optional<std::size_t> read(std::uint64_t offset, std::span<char> buffer,
                                                  net::Deadline deadline);

    /// Waits for its first byte, or its end: false when neither comes by then, or it is cut off.
    [[nodiscard]] bool has_begun(net::Deadline deadline);
    [[nodiscard]] std::uint64_t size() const;
    /// For its only owner, at its end.
    [[nodiscard]] std::uint64_t sum() const { return sum_.value(); }
    /// Gives the body away: its file, nothing when it is in memory.
    [[nodiscard]] net::AsideFile* file() { return file_ ? &*file_ : nullptr; }
    [[nodiscard]] const std::string& memory() const { return memory_; }

private:
    enum class State { growing, whole, cut_off };

    void move_to_file();
    [[nodiscard]] std::size_t copy(std::uint64_t offset, std::span<char> buffer) const;

    const std::filesystem::path folder_;
    const std::uint64_t most_in_memory_;
    mutable std::mutex mutex_; // guards what follows
    std::condition_variable grown_;
    State state_ = State::growing;
    std::uint64_t size_ = 0;
    Sum sum_;
    std::string memory_; // what is not in the file
    std::optional<net::AsideFile> file_;
    std::uint64_t in_file_ = 0;
    bool has_disk_failed_ = false;
};

} // namespace proxy
