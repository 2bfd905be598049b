// A body that is being received and stored, read by several threads while it grows. Small ones are
// in memory, larger ones in an unnamed file.
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

class BodyInProgress {
public:
    /// A body of more than `most_in_memory` bytes goes to a file in `folder`; with an empty
    /// `folder` it stays in memory.
    BodyInProgress(std::filesystem::path folder, std::uint64_t most_in_memory)
        : folder_(std::move(folder)), most_in_memory_(most_in_memory)
    {
    }

    /// Called by the receiving thread. Throws StorageError when the disk fails: the body can't be
    /// stored then, but stays readable and continues in memory.
    void append(std::string_view bytes);
    /// The body is complete, or cut off.
    void end(bool is_whole);

    /// Waits for bytes from `offset` on and copies them to `buffer`: the count; 0 at the end of a
    /// complete body; nothing when it is cut off or the deadline has passed.
    [[nodiscard]] std::optional<std::size_t> read(std::uint64_t offset, std::span<char> buffer,
                                                  net::Deadline deadline);

    /// Waits for the first byte or the end: false when it is cut off or the deadline has passed.
    [[nodiscard]] bool has_begun(net::Deadline deadline);
    [[nodiscard]] std::uint64_t size() const;
    /// The hash of all bytes. Only for a single owner, after the end.
    [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }
    /// The body's file; null when it is in memory.
    [[nodiscard]] net::AtomicFile* file() { return file_ ? &*file_ : nullptr; }
    [[nodiscard]] const std::string& memory() const { return memory_; }

private:
    enum class State { growing, whole, cut_off };

    void move_to_file();
    [[nodiscard]] std::size_t copy(std::uint64_t offset, std::span<char> buffer) const;

    const std::filesystem::path folder_;
    const std::uint64_t most_in_memory_;
    mutable std::mutex mutex_; // guards the members below
    std::condition_variable grown_;
    State state_ = State::growing;
    std::uint64_t size_ = 0;
    Fnv1a hash_;
    std::string memory_; // the bytes that are not in the file
    std::optional<net::AtomicFile> file_;
    std::uint64_t in_file_ = 0;
    bool has_disk_failed_ = false;
};

} // namespace proxy
