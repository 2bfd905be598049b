// Making a socket and setting its options (socket(2), setsockopt(2)), for TCP and UDP alike.
#pragma once

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <string>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace net {

/// Makes a socket of `family` (AF_INET, AF_INET6) and `type` (SOCK_STREAM, SOCK_DGRAM) that is
/// closed on exec. Throws Error.
[[nodiscard]] inline FileDescriptor open_socket(int family, int type)
{
    FileDescriptor socket(::socket(family, type | SOCK_CLOEXEC, 0));
    if (!socket) fail(std::string("open a ") + (type == SOCK_STREAM ? "TCP" : "UDP") + " socket");
    return socket;
}

/// Sets an integer option. Throws Error.
inline void set_option(const FileDescriptor& socket, int level, int option, int value)
{
    if (::setsockopt(socket.get(), level, option, &value, sizeof value) == -1)
        fail("set a socket option");
}

/// Whether the socket's calls block from now on. Throws Error.
inline void set_blocking(const FileDescriptor& socket, bool blocks)
{
    int is_nonblocking = blocks ? 0 : 1;
    if (::ioctl(socket.get(), FIONBIO, &is_nonblocking) == -1) fail("set a socket's mode");
}

} // namespace net
