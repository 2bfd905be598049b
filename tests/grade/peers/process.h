// A program under test: started in a process group and a folder of its own, and ended with
// everything it started.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/deadline.h"

namespace grade {

using namespace std::chrono_literals;

/// How long a peer waits for the program under test.
inline constexpr auto peer_patience = 15s;

/// A folder that lasts as long as its owner.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file below it, making the folders on the way; its path.
    std::filesystem::path write(const std::string& name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

/// How a process ended, and what it printed.
struct Outcome {
    int status; // its exit status; 128 + n when signal n ended it, as in a shell
    std::string out;
    std::string err;
};

class Process {
public:
    /// Starts `command`, words as for a shell, with more `arguments` that no shell looks at, in
    /// `folder`.
    Process(const std::string& command, const std::vector<std::string>& arguments,
            const std::filesystem::path& folder);
    /// Kills the whole process group.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number) const;
    /// Waits for its end; nothing, when it goes on beyond the deadline.
    std::optional<Outcome> wait(net::Deadline deadline);

    [[nodiscard]] bool is_running() const;
    [[nodiscard]] pid_t id() const { return id_; }
    /// What it has printed so far.
    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;

private:
    /// Where to start it: in `folder`, or in one that can hold the student's files.
    [[nodiscard]] std::string place(const std::filesystem::path& folder) const;

    ScratchFolder output_;
    pid_t id_ = -1;
    int descriptor_ = -1;       // a pidfd, readable once it has ended
    std::optional<int> status_; // once it has been reaped
    bool is_ended_by_test_ = false;
};

/// Starts `command`, waits for its end (at most 20 s, else the test fails) and tells it.
Outcome run(const std::string& command, const std::vector<std::string>& arguments,
            const std::filesystem::path& folder = "/");

/// Whether a shell's command works here; if not, stderr says that a test is skipped, and why.
bool works(const std::string& command);
/// Whether there is such a program.
bool can_run(const std::string& program);
/// Whether script(1) gets a terminal here, which a bare chroot has none of.
bool can_have_terminal();
/// Whether `ip` can set up networks, names and processes of our own here.
bool can_have_namespaces();

/// A TCP port that was free a moment ago.
std::uint16_t free_port();

/// The whole content of a file.
std::string content_of(const std::filesystem::path& file);

/// The command for a program: $WEBSERVER and so on, which `make test` sets to ours when the user
/// does not did.
std::string command_of(const char* variable);

/// Where this project's sources are.
std::filesystem::path source_folder();

} // namespace grade
