// The sandbox of a test case: namespaces and limits for a program that may hang, fork, fill the
// disk or use the network. It contains accidents, not malice.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace score {

struct Limits {
    std::size_t memory = 2048; // MiB for each process; 0: no limit
    std::size_t disk = 1536;   // MiB for all files of a case
    std::size_t processes = 2048;
    std::size_t cpu = 120; // seconds for each process
};

/// The parts of the sandbox that this kernel supports.
struct Isolation {
    bool user = false;      // a user namespace, which permits the others
    bool network = false;   // a network with loopback only
    bool files = false;     // all files are read-only except the scratch folder, which is in memory
    bool processes = false; // a process namespace

    /// The missing parts, as a message; empty when nothing is missing.
    [[nodiscard]] std::string missing() const;
};

/// Tries out what the kernel supports. `scratch` is any empty folder.
Isolation supported_isolation(const std::filesystem::path& scratch);

/// Moves the calling process, which has one thread, to new namespaces; its later children run in
/// the sandbox. Throws Error.
void enter_namespaces(const Isolation& isolation);

/// Called by the first child: sets up loopback, the scratch folder and /proc. The folder `kept`
/// stays writable if it is not empty. Throws Error.
void set_up_sandbox(const Isolation& isolation, const Limits& limits,
                    const std::filesystem::path& scratch, const std::filesystem::path& kept = {});

/// Called after set_up_sandbox(), for programs with addresses, names and ports built in: every IPv4
/// address is this machine's, every name is looked up at 127.0.0.1:53, and every port can be opened
/// without privileges. What the kernel refuses stays as it is.
void lead_everything_here(const Isolation& isolation, const std::filesystem::path& scratch);

/// Sets the limits of this process and its children.
void set_limits(const Limits& limits);

} // namespace score
