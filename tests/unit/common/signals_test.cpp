#include "common/signals.h"

#include <catch2/catch.hpp>

#include <poll.h>

#include <array>
#include <csignal>

#include "common/tcp_socket.h"
#include "tests/unit/child.h"

namespace {

bool is_interrupted()
{
    pollfd waiting{net::interruption(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 1;
}

} // namespace

TEST_CASE("Before signals are caught there is nothing to wait for", "[common][signals]")
{
    CHECK(in_child([] {
              return net::interruption() == -1 && !is_interrupted() ? 0 : 1;
          }).exit_status == 0);
}

TEST_CASE("The first signal is told, for good; a second of its kind ends the process",
          "[common][signals]")
{
    const int number = GENERATE(SIGINT, SIGTERM);
    CAPTURE(number);
    const Ending ending = in_child([number] {
        net::catch_interrupts();
        net::catch_interrupts(); // twice is once
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

TEST_CASE("Writing to a peer that has gone is an error, not the end", "[common][signals]")
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

TEST_CASE("A listener stops waiting for clients once somebody asks", "[common][signals][socket]")
{
    const Ending ending = in_child([] {
        net::TcpListener listener(0, "127.0.0.1");
        net::catch_interrupts();
        ::raise(SIGTERM);
        return listener.accept() ? 1 : 0;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A hangup is told as often as somebody looks, and ends nothing", "[common][signals]")
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

TEST_CASE("A hangup is told under nohup, too", "[common][signals]")
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

/// A descriptor that never has anything to read.
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

TEST_CASE("A signal is let in by the wait, which tells its number", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalMask window({SIGINT, SIGQUIT, SIGUSR1});
        ::raise(SIGQUIT); // held back until the wait
        std::cout << "not ended ";
        std::cout << (window.wait(pipe.reading.get(), net::Deadline::never()) == SIGQUIT);
        ::raise(SIGUSR1);
        std::cout << (window.wait(pipe.reading.get(), net::Deadline::never()) == SIGUSR1);
        std::cout << window.wait(pipe.reading.get(), net::Deadline::in(std::chrono::seconds(0)));
        return 0;
    });
    CHECK(ending.out == "not ended 110");
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Several signals at once are told one after the other", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalMask window({SIGINT, SIGQUIT});
        ::raise(SIGQUIT);
        ::raise(SIGINT);
        const auto soon = net::Deadline::in(std::chrono::seconds(5));
        const int first = window.wait(pipe.reading.get(), soon);
        const int second = window.wait(pipe.reading.get(), soon);
        return first + second == SIGINT + SIGQUIT && first != second ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("A descriptor that always has something does not keep a signal out", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        if (::write(pipe.writing.get(), "x", 1) != 1) return 1;
        net::SignalMask window({SIGINT});
        if (window.wait(pipe.reading.get(), net::Deadline::never()) != 0) return 2;
        ::raise(SIGINT);
        return window.wait(pipe.reading.get(), net::Deadline::never()) == SIGINT ? 0 : 3;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("The wait ends with its deadline", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe pipe;
        net::SignalMask window({SIGINT});
        const auto deadline = net::Deadline::in(std::chrono::milliseconds(20));
        return window.wait(pipe.reading.get(), deadline) == 0 && deadline.passed() ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Behind the window a signal ends the process, as ever", "[common][signals]")
{
    const Ending ending = in_child([] {
        {
            const net::SignalMask window({SIGINT});
        }
        ::raise(SIGINT);
        return 0;
    });
    CHECK(ending.signal == SIGINT);
}

TEST_CASE("A signal that was ignored is not let in either", "[common][signals]")
{
    const Ending ending = in_child([] {
        std::signal(SIGINT, SIG_IGN);
        const SilentPipe pipe;
        net::SignalMask window({SIGINT, SIGTERM});
        ::raise(SIGINT);
        ::raise(SIGTERM);
        return window.wait(pipe.reading.get(), net::Deadline::never()) == SIGTERM ? 0 : 1;
    });
    CHECK(ending.exit_status == 0);
}

TEST_CASE("Of several descriptors each ends the wait", "[common][signals]")
{
    const Ending ending = in_child([] {
        const SilentPipe silent;
        const SilentPipe told;
        if (::write(told.writing.get(), "x", 1) != 1) return 1;
        net::SignalMask window({SIGINT});
        const std::array<int, 3> descriptors{-1, silent.reading.get(), told.reading.get()};
        return window.wait(descriptors, net::Deadline::never());
    });
    CHECK(ending.exit_status == 0);
}
