// Runs one command in a box, until it ends or must: nothing that it started survives it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/file_descriptor.h"
#include "tests/grader/box.h"

namespace score {

struct Errand {
    std::vector<std::string> command;
    std::vector<std::string> environment; // "NAME=value", beyond our own
    std::filesystem::path scratch;        // an empty folder of its own: it starts there
    std::chrono::seconds patience;
    Limits limits;
    Walls walls;
};

enum class End { exited, killed, too_late, too_many, too_large, no_box };

struct Ending {
    End end = End::no_box;
    int status = 0;     // exit status or signal
    std::string out;    // what it printed
    std::string err;    // or why there was no box
    std::string record; // the file `record` in its scratch folder, the end of it
};

/// A command under way. The process is our child, for waitpid(2).
class Keeper {
public:
    explicit Keeper(const Errand& errand);
    /// Ends it.
    ~Keeper();
    Keeper(Keeper&& other) noexcept;
    Keeper& operator=(Keeper&&) = delete;
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    /// What came of it; to be called when the process has been waited for.
    Ending ending();

private:
    struct Channels { // files without a name, written by the child, read at the end
        net::FileDescriptor ending;
        net::FileDescriptor out;
        net::FileDescriptor err;
        net::FileDescriptor record;
    };
    static void keep(const Errand& errand, const Channels& channels);

    Channels channels_;
    pid_t id_ = -1;
};

} // namespace score
