#include "common/signals.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "common/error.h"

namespace net {
namespace {

int signal_pipe[2] = {-1, -1};

void wake_up(int)
{
    const int saved = errno;
    if (::write(signal_pipe[1], "!", 1) == -1) errno = saved; // full: it is readable already
}

void catch_signal(int number)
{
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == -1) fail("look at a signal's action");
    if (action.sa_handler == SIG_IGN) return;

    action = {};
    action.sa_handler = wake_up;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    if (::sigaction(number, &action, nullptr) == -1) fail("catch a signal");
}

} // namespace

void catch_interrupts()
{
    if (signal_pipe[0] == -1 && ::pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) == -1)
        fail("make the signal pipe");
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    if (::signal(SIGPIPE, SIG_IGN) == SIG_ERR) fail("ignore SIGPIPE");
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
    if (!hangups) fail("make a descriptor for SIGHUP");
    return hangups;
}

} // namespace net
