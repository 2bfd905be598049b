#include "common/signals.h"

#include "catch.h"

#include <poll.h>

#include <array>
#include <csignal>

#include "common/tcp_listener.h"
#include "tests/unit/child.h"

namespace {

bool is_interrupted()
{
    pollfd waiting{net::interruption(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
}

} // namespace

TEST_CASE("Before catch_interrupts() the descriptor is -1", "[common][signals]")
{
    CHECK(in_child([] {
              return net::interruption() == -1 && !is_interrupted() ? 0 : 1;
          }).exit_status == 0);
}

TEST_CASE("The first signal is reported permanently; a second of its kind ends the process",
          "[common][signals]")
{
    const int number = GENERATE(SIGINT, SIGTERM);
    CAPTURE(number);
    const Ending ending = in_child([number] {
        net::catch_interrupts();
        net::catch_interrupts(); // a second call changes nothing
        std::cout << is_interrupted();
        ::raise(number);
        std::cout << is_interrupted() << is_interrupted() << std::flush;
        ::raise(number);
        return 0;
    });
    CHECK(ending.out == "011");
    CHECK(ending.signal == number);
}

TEST_CASE("A signal of the other kind is still caught after the first", "[common][signals]")
{
    const Ending ending = in_child([] {
        net::catch_interrupts();
        ::raise(SIGINT);
        ::raise(SIGTERM);
        return is_interrupted() ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A signal that was ignored stays ignored", "[common][signals]")
{
    const Ending ending = in_child([] {
        std::signal(SIGINT, SIG_IGN);
        net::catch_interrupts();
        ::raise(SIGINT);
        std::cout << is_interrupted();
        ::raise(SIGTERM);
        std::cout << is_interrupted();
        return 0;
    });
    CHECK(ending.out == "01");
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Writing to a closed peer is an error and does not end the process", "[common][signals]")
{
    const Ending ending = in_child([] {
        net::catch_interrupts();
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) == -1) return 1;
        ::close(ends[0]);
        return ::write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A listener stops waiting for clients after an interrupt", "[common][signals][socket]")
{
    const Ending ending = in_child([] {
        net::TcpListener listener(0, "127.0.0.1");
        net::catch_interrupts();
        ::raise(SIGTERM);
        return listener.accept() ? 1 : 0;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Each hangup is reported and does not end the process", "[common][signals]")
{
    const Ending ending = in_child([] {
        const net::FileDescriptor hangups = net::catch_hangups();
        const auto is_told = [&hangups] {
            pollfd waiting{hangups.get(), POLLIN, 0};
            return ::poll(&waiting, 1, 0) == 1;
        };
        std::cout << is_told();
        ::raise(SIGHUP);
        std::cout << is_told();
        return 0;
    });
    CHECK(ending.out == "01");
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A hangup is also reported under nohup", "[common][signals]")
{
    const Ending ending = in_child([] {
        std::signal(SIGHUP, SIG_IGN);
        const net::FileDescriptor hangups = net::catch_hangups();
        ::kill(::getpid(), SIGHUP);
        pollfd waiting{hangups.get(), POLLIN, 0};
        return ::poll(&waiting, 1, 0);
    });
    CHECK(ending.exit_status == 1);
}

namespace {

/// A descriptor that is never readable.
struct SilentPipe {
    SilentPipe()
    {
        std::array<int, 2> both{};
        if (::pipe(both.data()) == -1) net::fail("make a pipe");
        reading = net::FileDescriptor(both[0]);
        writing = net::FileDescriptor(both[1]);
    }
    net::FileDescriptor reading;
    net::FileDescriptor writing;
};

} // namespace

TEST_CASE("A signal is delivered during the wait, which returns its number", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalWaiter signals({SIGINT, SIGQUIT, SIGUSR1});
        ::raise(SIGQUIT); // blocked until the wait
        std::cout << "not ended ";
        std::cout << (signals.wait(pipe.reading.get(), net::Deadline::never()) == SIGQUIT);
        ::raise(SIGUSR1);
        std::cout << (signals.wait(pipe.reading.get(), net::Deadline::never()) == SIGUSR1);
        std::cout << signals.wait(pipe.reading.get(), net::Deadline::in(std::chrono::seconds(0)));
        return 0;
    });
    CHECK(ending.out == "not ended 110");
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Several signals at once are returned one after the other", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalWaiter signals({SIGINT, SIGQUIT});
        ::raise(SIGQUIT);
        ::raise(SIGINT);
        const auto soon = net::Deadline::in(std::chrono::seconds(5));
        const int first = signals.wait(pipe.reading.get(), soon);
        const int second = signals.wait(pipe.reading.get(), soon);
        return first + second == SIGINT + SIGQUIT && first != second ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A descriptor that is always readable does not delay a signal", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        if (::write(pipe.writing.get(), "x", 1) != 1) return 1;
        net::SignalWaiter signals({SIGINT});
        if (signals.wait(pipe.reading.get(), net::Deadline::never()) != 0) return 2;
        ::raise(SIGINT);
        return signals.wait(pipe.reading.get(), net::Deadline::never()) == SIGINT ? 0 : 3;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("The wait ends at its deadline", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalWaiter signals({SIGINT});
        const auto deadline = net::Deadline::in(std::chrono::milliseconds(20));
        return signals.wait(pipe.reading.get(), deadline) == 0 && deadline.passed() ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("After the waiter is destroyed a signal ends the process again", "[common][signals]")
{
    const Ending ending = in_child([] {
        {
            const net::SignalWaiter signals({SIGINT});
        }
        ::raise(SIGINT);
        return 0;
    });
    CHECK(ending.signal == SIGINT);
}

TEST_CASE("A signal that was ignored does not end the wait", "[common][signals]")
{
    const Ending ending = in_child([] {
        std::signal(SIGQUIT, SIG_IGN);
        const SilentPipe pipe;
        net::SignalWaiter signals({SIGQUIT, SIGTERM});
        ::raise(SIGQUIT);
        ::raise(SIGTERM);
        return signals.wait(pipe.reading.get(), net::Deadline::never()) == SIGTERM ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("SIGINT ends the wait also if a shell ignores it", "[common][signals]")
{
    const Ending ending = in_child([] {
        std::signal(SIGINT, SIG_IGN);
        const SilentPipe pipe;
        {
            net::SignalWaiter signals({SIGINT, SIGTERM});
            ::raise(SIGINT);
            if (signals.wait(pipe.reading.get(), net::Deadline::never()) != SIGINT) return 1;
        }
        ::raise(SIGINT); // ignored again
        return 0;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Each of several descriptors ends the wait", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe silent;
        const SilentPipe ready;
        if (::write(ready.writing.get(), "x", 1) != 1) return 1;
        net::SignalWaiter signals({SIGINT});
        const std::array<int, 3> descriptors{-1, silent.reading.get(), ready.reading.get()};
        return signals.wait(descriptors, net::Deadline::never());
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Any number of descriptors is watched", "[common][signals]")
{
    int ends[2] = {-1, -1};
    REQUIRE(::pipe(ends) == 0);
    const net::FileDescriptor readable(ends[0]);
    const net::FileDescriptor writer(ends[1]);
    REQUIRE(::write(writer.get(), "!", 1) == 1);
    net::SignalWaiter signals({SIGINT});
    std::vector<int> descriptors(20, -1);
    descriptors.push_back(readable.get());
    const net::Deadline end = net::Deadline::in(std::chrono::seconds(20));
    CHECK(signals.wait(descriptors, end) == 0);
    CHECK_FALSE(end.passed());
}
