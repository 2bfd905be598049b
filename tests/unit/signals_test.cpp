#include "common/signals.h"

#include <catch2/catch.hpp>

#include <poll.h>

#include <csignal>

#include "common/socket.h"
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
