// Signals as events: SIGINT and SIGTERM as a descriptor to poll beside others, or any signals
// delivered only during one wait.
#pragma once

#include <poll.h>

#include <csignal>
#include <deque>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "common/deadline.h"
#include "common/file_descriptor.h"

namespace net {

/// From now on the first SIGINT or SIGTERM makes interruption() readable, permanently; a second one
/// of the same kind ends the process at once. A signal that was ignored when the program started
/// (nohup, a shell's `&`) stays ignored. A write to a closed peer gives EPIPE instead of SIGPIPE.
void catch_interrupts();

/// Readable after the first SIGINT or SIGTERM; -1, which poll ignores, before catch_interrupts().
[[nodiscard]] int interruption();

/// From now on SIGHUP does not end the process: each one makes this descriptor, a signalfd(2),
/// readable. Call it in main, before a thread starts. It works under nohup, too, which ignores
/// SIGHUP only to keep the process running.
[[nodiscard]] FileDescriptor catch_hangups();

/// Signals that are delivered only while the program waits (ppoll), so that no other call is
/// interrupted. For programs of one thread; not together with catch_interrupts(). A write to a pipe
/// without a reader gives EPIPE instead of SIGPIPE, one beyond a file size limit EFBIG.
class SignalWaiter {
public:
    /// Blocks `numbers` from now on. Signals that were ignored when the program started stay
    /// ignored, except SIGINT: shells ignore it in what a script starts with &, and `kill -INT`
    /// ends that, too, as it does ping.
    explicit SignalWaiter(std::initializer_list<int> numbers);
    /// Restores the former actions and unblocks the signals: one that arrives now ends the process,
    /// unless it is ignored.
    ~SignalWaiter();
    SignalWaiter(const SignalWaiter&) = delete;
    SignalWaiter& operator=(const SignalWaiter&) = delete;

    /// Waits until `descriptor` is readable or has an error, one of the signals arrives, or the
    /// deadline passes. Returns the signal's number, 0 when there is none.
    [[nodiscard]] int wait(int descriptor, Deadline deadline);
    /// The same for several; -1 stands for none.
    [[nodiscard]] int wait(std::span<const int> descriptors, Deadline deadline);

private:
    int next_arrived();

    std::vector<pollfd> watched_;
    std::deque<int> arrived_; // not yet returned by wait()
    sigset_t wait_mask_{};    // the original mask without `numbers`
    std::vector<std::pair<int, struct sigaction>> former_actions_;
};

} // namespace net
