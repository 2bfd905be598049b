// A process of its own for what would disturb the other tests: signals, exits, lost privileges.
#pragma once

#include "common/error.h"
#include "common/file_descriptor.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

struct Ending {
    int exit_status = -1; // -1 when a signal ended it
    int signal = 0;       // 0 when it exited
    std::string out;
    std::string err;
};

inline std::string read_all(const net::FileDescriptor& file)
{
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t count = 0; (count = ::read(file.get(), piece.data(), piece.size())) > 0;)
        all.append(piece.data(), static_cast<std::size_t>(count));
    return all;
}

/// Runs `body` in a forked child that exits with what it returns, 99 for an exception. It has ten
/// seconds.
template <typename Body> Ending in_child(Body body)
{
    const auto make_pipe = [](net::FileDescriptor& reading, net::FileDescriptor& writing) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) == -1) net::fail("make a pipe");
        reading = net::FileDescriptor(ends[0]);
        writing = net::FileDescriptor(ends[1]);
    };
    net::FileDescriptor out;
    net::FileDescriptor out_end;
    net::FileDescriptor err;
    net::FileDescriptor err_end;
    make_pipe(out, out_end);
    make_pipe(err, err_end);

    std::cout.flush(); // what waits to be written is not the child's
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == -1) net::fail("fork");
    if (child == 0) {
        ::alarm(10);
        for (const int number : {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGPIPE})
            std::signal(number, SIG_DFL); // whatever the parent of the tests ignored
        ::dup2(out_end.get(), STDOUT_FILENO);
        ::dup2(err_end.get(), STDERR_FILENO);
        int status = 99;
        try {
            status = body();
        } catch (const std::exception& error) {
            std::cerr << error.what();
        }
        std::cout.flush();
        ::_exit(status);
    }

    out_end = {};
    err_end = {};
    Ending ending{.out = read_all(out), .err = read_all(err)}; // so little that no pipe is full
    int status = 0;
    if (::waitpid(child, &status, 0) != child) net::fail("wait for the child");
    if (WIFEXITED(status)) ending.exit_status = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
    return ending;
}
