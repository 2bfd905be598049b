// Opening files so that nothing outside a folder can be reached.
#pragma once

#include <string>

#include "common/file_descriptor.h"

namespace webserver {

/// Opens `path`, relative to the open `folder`, for reading. The kernel sees to it that neither
/// "..", nor a leading slash, nor a symbolic link leads out of the folder (openat2(2),
/// RESOLVE_BENEATH; relative links that stay inside are followed). Never waits, not even for a
/// FIFO. No descriptor and errno when it can't be opened; EXDEV when it would lead out.
[[nodiscard]] net::FileDescriptor open_beneath(const net::FileDescriptor& folder,
                                               const std::string& path);

/// The same for a system without openat2 (before Linux 5.6, or a container that forbids it): step
/// by step, and no symbolic link is followed at all.
[[nodiscard]] net::FileDescriptor open_step_by_step(const net::FileDescriptor& folder,
                                                    const std::string& path);

} // namespace webserver
