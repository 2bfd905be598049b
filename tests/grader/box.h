// The box that a case runs in: what the kernel lets us take away from a program that may hang,
// fork, fill the disk or talk to strangers. It keeps accidents in; it is no prison.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace score {

struct Limits {
    std::size_t memory = 2048; // MiB for each process; 0: no limit
    std::size_t disk = 1536;   // MiB for all its files
    std::size_t processes = 2048;
    std::size_t cpu = 120; // seconds for each process
};

/// Which of the box's walls this kernel grants.
struct Walls {
    bool user = false;    // a user namespace, which gives us the right to the others
    bool network = false; // a network with nothing but loopback
    bool files = false;   // all files are read-only but the scratch folder, which is in memory
    bool processes = false;

    /// For people: what is missing. Empty when nothing is.
    [[nodiscard]] std::string missing() const;
};

/// Tries it out. `scratch` is any empty folder.
Walls possible_walls(const std::filesystem::path& scratch);

/// Takes the calling process, which has one thread, out of our namespaces; children it then starts
/// are in the box. Throws Error.
void leave_namespaces(const Walls& walls);

/// To be called by the first child: sets up loopback, the scratch folder and /proc. Throws Error.
void furnish(const Walls& walls, const Limits& limits, const std::filesystem::path& scratch);

/// For this process and all it starts.
void set_limits(const Limits& limits);

} // namespace score
