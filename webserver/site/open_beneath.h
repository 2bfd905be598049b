// Opens files without a way out of a folder.
#pragma once

#include <string>

#include "common/file_descriptor.h"

namespace webserver {

/// Opens `path`, relative to the open `folder`, for reading. The kernel ensures that neither "..",
/// nor a leading slash, nor a symbolic link leads out of the folder (openat2(2), RESOLVE_BENEATH;
/// relative links that stay inside are followed). Never blocks, not even on a FIFO. No descriptor
/// and errno when it can't be opened; EXDEV when it would lead out.
[[nodiscard]] net::FileDescriptor open_beneath(const net::FileDescriptor& folder,
                                               const std::string& path);

/// The same for a system without openat2 (before Linux 5.6, or a container that forbids it): opens
/// one path component after the other and follows no symbolic link.
[[nodiscard]] net::FileDescriptor open_step_by_step(const net::FileDescriptor& folder,
                                                    const std::string& path);

} // namespace webserver
