// Runs one command in a sandbox until it ends or exceeds a limit, then kills all its processes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/file_descriptor.h"
#include "tests/grader/sandbox.h"

namespace score {

struct Task {
    std::vector<std::string> command;
    std::vector<std::string> environment; // "NAME=value", added to our own
    std::filesystem::path scratch;        // an empty folder of its own, its working directory
    std::chrono::seconds time_limit;
    Limits limits;
    Isolation isolation;
    bool leads_here = false;      // all names and addresses (lead_everything_here())
    std::filesystem::path kept{}; // a folder that stays writable and is kept; may be empty
};

enum class TaskEnd { exited, killed, too_late, too_many, too_large, no_sandbox };

struct TaskResult {
    TaskEnd end = TaskEnd::no_sandbox;
    int status = 0;     // exit status or signal
    std::string out;    // standard output
    std::string err;    // standard error, or why there was no sandbox
    std::string record; // the end of the file `record` in its scratch folder
};

/// A running command. The process is a child of the caller, for waitpid(2).
class RunningTask {
public:
    explicit RunningTask(const Task& task);
    /// Kills it.
    ~RunningTask();
    RunningTask(RunningTask&& other) noexcept;
    RunningTask& operator=(RunningTask&&) = delete;
    RunningTask(const RunningTask&) = delete;
    RunningTask& operator=(const RunningTask&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    /// How the command ended; call it after waitpid(2) has returned the process.
    TaskResult result();

private:
    struct Channels { // unnamed files, written by the child and read at the end
        net::FileDescriptor result;
        net::FileDescriptor out;
        net::FileDescriptor err;
        net::FileDescriptor record;
    };
    static void supervise(const Task& task, const Channels& channels);

    Channels channels_;
    pid_t id_ = -1;
};

} // namespace score
