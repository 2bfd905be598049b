#include "common/signals.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "common/error.h"

namespace net {
namespace {

int signal_pipe[2] = {-1, -1};

void write_to_pipe(int)
{
    const int saved = errno;
    if (::write(signal_pipe[1], "!", 1) == -1) errno = saved; // a full pipe is readable already
}

/// Writes the signal's number to the pipe; a full pipe drops it.
void queue_signal(int number)
{
    const int saved = errno;
    const auto byte = static_cast<unsigned char>(number);
    if (::write(signal_pipe[1], &byte, 1) == -1) errno = saved;
}

struct sigaction action_of(int number)
{
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == -1) fail("get a signal's action");
    return action;
}

void catch_signal(int number, void (*handler)(int), unsigned flags)
{
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = static_cast<int>(flags);
    if (::sigaction(number, &action, nullptr) == -1) fail("catch a signal");
}

void create_pipe()
{
    if (signal_pipe[0] == -1 && ::pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) == -1)
        fail("create the signal pipe");
}

/// The signals of a write that fails: the caller gets EPIPE or EFBIG instead.
void ignore_write_signals()
{
    for (const int number : {SIGPIPE, SIGXFSZ})
        if (::signal(number, SIG_IGN) == SIG_ERR) fail("ignore SIGPIPE and SIGXFSZ");
}

timespec timespec_of(Deadline deadline)
{
    using namespace std::chrono_literals;
    const auto left = deadline.remaining();
    return {static_cast<time_t>(left / 1s), static_cast<long>((left % 1s) / 1ns)};
}

} // namespace

void catch_interrupts()
{
    create_pipe();
    for (const int number : {SIGINT, SIGTERM})
        if (action_of(number).sa_handler != SIG_IGN)
            catch_signal(number, write_to_pipe, SA_RESTART | SA_RESETHAND);
    ignore_write_signals();
}

int interruption()
{
    return signal_pipe[0];
}

FileDescriptor catch_hangups()
{
    sigset_t hangup;
    ::sigemptyset(&hangup);
    ::sigaddset(&hangup, SIGHUP);
    if (const int cause = ::pthread_sigmask(SIG_BLOCK, &hangup, nullptr); cause != 0)
        fail("block SIGHUP", cause);
    FileDescriptor hangups(::signalfd(-1, &hangup, SFD_CLOEXEC));
    if (!hangups) fail("create a signalfd for SIGHUP");
    return hangups;
}

SignalWaiter::SignalWaiter(std::initializer_list<int> numbers)
{
    create_pipe();
    ignore_write_signals();
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (const int number : numbers)
        ::sigaddset(&blocked, number);
    if (::sigprocmask(SIG_BLOCK, &blocked, &wait_mask_) == -1) fail("block signals");
    ::prctl(PR_SET_TIMERSLACK, 1); // else ppoll may return up to 50 µs late
    for (const int number : numbers) {
        ::sigdelset(&wait_mask_, number); // the parent process may have left it blocked
        former_actions_.emplace_back(number, action_of(number));
        if (number == SIGINT || former_actions_.back().second.sa_handler != SIG_IGN)
            catch_signal(number, queue_signal, 0);
    }
}

SignalWaiter::~SignalWaiter()
{
    for (const auto& [number, action] : former_actions_)
        ::sigaction(number, &action, nullptr);
    ::sigprocmask(SIG_SETMASK, &wait_mask_, nullptr);
}

int SignalWaiter::wait(int descriptor, Deadline deadline)
{
    return wait(std::span(&descriptor, 1), deadline);
}

int SignalWaiter::wait(std::span<const int> descriptors, Deadline deadline)
{
    if (const int number = next_arrived()) return number;
    watched_.clear(); // its memory is reused
    for (const int descriptor : descriptors)
        watched_.push_back({descriptor, POLLIN, 0});
    const timespec timeout = timespec_of(deadline);
    int ready = ::ppoll(watched_.data(), watched_.size(), deadline.is_never() ? nullptr : &timeout,
                        &wait_mask_);
    const timespec at_once{};
    if (ready > 0) // an always readable descriptor must not delay the signals
        ready = ::ppoll(nullptr, 0, &at_once, &wait_mask_);
    if (ready != -1) return 0;
    if (errno != EINTR) fail("wait for datagrams and signals");

    std::array<unsigned char, 64> numbers{};
    const ssize_t count = ::read(signal_pipe[0], numbers.data(), numbers.size());
    if (count > 0) arrived_.assign(numbers.begin(), numbers.begin() + count);
    return next_arrived();
}

int SignalWaiter::next_arrived()
{
    if (arrived_.empty()) return 0;
    const int number = arrived_.front();
    arrived_.pop_front();
    return number;
}

} // namespace net
