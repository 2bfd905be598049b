#include "mailclient/sink/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/program/atomic_file.h"

namespace mailsink {
namespace {

[[noreturn]] void fail_writing(const MessageStore& store, int cause)
{
    throw net::StorageError("write into " + store.folder().string() + ": " + net::reason(cause),
                            cause);
}

} // namespace

MessageStore::MessageStore(std::filesystem::path folder) : folder_(std::move(folder))
{
    std::error_code problem;
    std::filesystem::create_directories(folder_, problem);
    if (problem)
        throw net::Error("create the folder " + folder_.string() + ": " + problem.message());
    lock_ = net::FileDescriptor(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!lock_) net::fail("open the folder " + folder_.string());
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) net::fail("lock the folder " + folder_.string());
    throw net::Error("use the folder " + folder_.string() +
                     ": another mailsink is using it (choose one with --folder DIR)");
}

MessageStore::Message::Message(MessageStore& store) : store_(store)
{
    std::string name = (store.folder() / ".incoming-XXXXXX").string();
    file_ = net::FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (!file_) fail_writing(store, errno);
    path_ = name;
}

MessageStore::Message::~Message()
{
    ::unlink(path_.c_str());
}

void MessageStore::Message::write(std::string_view bytes)
{
    size_ += bytes.size();
    while (!bytes.empty() && problem_ == 0) {
        const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            problem_ = errno;
    }
}

std::filesystem::path MessageStore::Message::keep()
{
    while (problem_ == 0) {
        auto path = store_.folder() / (std::to_string(++store_.last_) + ".eml");
        if (::link(path_.c_str(), path.c_str()) == 0) return path;
        if (errno != EEXIST) problem_ = errno;
    }
    fail_writing(store_, problem_);
}

} // namespace mailsink
