#include "common/connections.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <iostream>

namespace net {
namespace {

/// Thousands of threads share the address space; none needs the usual 8 MiB of stack.
void set_small_stacks()
{
    constexpr std::size_t stack =
        std::size_t{1024} * 1024; // a few KiB are used; sanitizers need more
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, stack);
    ::pthread_setattr_default_np(&attributes);
    ::pthread_attr_destroy(&attributes);
}

} // namespace

void schedule_as_batch()
{
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_BATCH, &none);
}

std::size_t raise_descriptor_limit(std::size_t connections)
{
    constexpr rlim_t reserved = 32;  // the listener, logs, libraries
    constexpr rlim_t per_client = 2; // its socket, and a file or another socket
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == -1) return connections;
    limit.rlim_cur =
        std::clamp<rlim_t>(reserved + per_client * connections, limit.rlim_cur, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t left = limit.rlim_cur > reserved ? limit.rlim_cur - reserved : 0;
    return std::clamp<std::size_t>(left / per_client, 1, connections);
}

Connections::Connections(std::size_t most, std::chrono::milliseconds grace)
    : most_(most), grace_(grace)
{
    set_small_stacks();
}

Connections::~Connections()
{
    {
        std::unique_lock lock(mutex_);
        for (Connection& connection : running_)
            connection.stream.shutdown_reading();
        one_finished_.wait_for(lock, grace_, [this] { return running_.empty(); });
        for (Connection& connection : running_)
            connection.stream.shutdown();
        one_finished_.wait(lock, [this] { return running_.empty(); });
    }
    join_finished();
}

bool Connections::start(TcpStream& client, Serve serve, Keep keep)
{
    join_finished();
    const std::lock_guard lock(mutex_); // leave() waits until the entry is complete
    if (running_.size() >= most_) return false;

    const auto connection =
        running_.insert(running_.end(), Connection{std::move(client), std::thread(), false});
    try {
        connection->thread =
            std::thread([this, connection, serve = std::move(serve), keep = std::move(keep)] {
                run(connection, serve, keep);
            });
    } catch (const std::exception&) { // no more threads, or no memory for one
        client = std::move(connection->stream);
        running_.erase(connection);
        return false;
    }
    return true;
}

std::size_t Connections::count()
{
    const std::lock_guard lock(mutex_);
    return running_.size();
}

bool Connections::cut_off_longest_stalled(std::chrono::milliseconds least)
{
    const std::lock_guard lock(mutex_);
    const auto stalled_for = [](const Connection& each) {
        return each.is_cut_off ? std::chrono::milliseconds::min() : each.stream.stalled_for();
    };
    const auto longest = std::ranges::max_element(running_, {}, stalled_for);
    if (longest == running_.end() || stalled_for(*longest) < least) return false;
    longest->is_cut_off = true;
    longest->stream.shutdown();
    return true;
}

void Connections::run(List::iterator connection, const Serve& serve, const Keep& keep) noexcept
try {
    bool is_kept = false;
    try {
        is_kept = serve(connection->stream);
    } catch (const Error&) {
        is_kept = false;                    // the peer is gone or too slow: no report
    } catch (const std::exception& error) { // possibly out of memory: the report allocates none
        std::cerr << "connection: " << error.what() << '\n';
    }
    if (TcpStream stream = leave(connection); is_kept) keep(std::move(stream));
} catch (const std::exception&) {
    return; // out of memory in `keep`: the connection is closed
}

/// Moves the connection to the finished ones and returns its stream: the destructor no longer gives
/// it a grace period, and no other thread uses the stream.
TcpStream Connections::leave(List::iterator connection)
{
    const std::lock_guard lock(mutex_);
    TcpStream stream = std::move(connection->stream);
    finished_.splice(finished_.end(), running_, connection);
    one_finished_.notify_all();
    return stream;
}

void Connections::join_finished()
{
    List finished;
    {
        const std::lock_guard lock(mutex_);
        finished.swap(finished_);
    }
    for (Connection& connection : finished)
        connection.thread.join();
}

} // namespace net
