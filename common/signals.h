// Signals as events: SIGINT and SIGTERM as a descriptor that a blocking poll can wait for beside
// its others, or any signals let in nowhere but in one wait.
#pragma once

#include <csignal>
#include <deque>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include "common/deadline.h"
#include "common/file_descriptor.h"

namespace net {

/// From now on the first SIGINT or SIGTERM makes interruption() readable, for good; a second one of
/// the same kind ends the process at once. One that was ignored when the program started (nohup, a
/// shell's `&`) stays ignored. A write to a peer that has gone gives EPIPE instead of SIGPIPE.
void catch_interrupts();

/// Readable once somebody asked us to stop; -1, which poll passes over, before catch_interrupts().
[[nodiscard]] int interruption();

/// From now on SIGHUP ends nothing: each makes this descriptor, a signalfd(2), readable. For main,
/// before it starts a thread. It is told under nohup, too, which only wanted it to end nothing.
[[nodiscard]] FileDescriptor catch_hangups();

/// Signals that reach the program only while it waits (ppoll), so that nothing else is ever
/// interrupted half-way. For programs of one thread; not together with catch_interrupts(). Writing
/// to a pipe nobody reads gives EPIPE instead of SIGPIPE.
class SignalWindow {
public:
    /// From now on `numbers` are held back; except those that were ignored when the program
    /// started, which stay ignored.
    explicit SignalWindow(std::initializer_list<int> numbers);
    /// As if it had never been: a signal that comes now ends the process, unless it is ignored.
    ~SignalWindow();
    SignalWindow(const SignalWindow&) = delete;
    SignalWindow& operator=(const SignalWindow&) = delete;

    /// Waits until `descriptor` has something to read or an error to tell, one of the signals
    /// comes, or the deadline passes. The signal's number, 0 when there is none.
    [[nodiscard]] int wait(int descriptor, Deadline deadline);
    /// The same for several; -1 stands for none.
    [[nodiscard]] int wait(std::span<const int> descriptors, Deadline deadline);

private:
    int next_told();

    std::deque<int> told_; // came together with one that has been returned
    sigset_t open_{};      // the mask while it waits, as the program found it
    std::vector<std::pair<int, struct sigaction>> former_;
};

} // namespace net
