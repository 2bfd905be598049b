// An attached file. The constructor opens it, so that a missing file is reported before the client
// connects; the bytes are read piece by piece while they are sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/file_descriptor.h"
#include "mailclient/message/input.h"

namespace mail {

class Attachment {
public:
    /// Throws Failure (Exit::no_input) when the file cannot be read or is no regular file.
    explicit Attachment(const std::string& path);

    /// The file name without its folders.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Whether its first 64 KiB are text in UTF-8, or ASCII, without a NUL.
    [[nodiscard]] bool is_utf8() const;
    /// Writes size() bytes of the file as lines of base64. Throws Failure when the file has become
    /// shorter.
    void write_base64(const Sink& sink) const;

private:
    std::string path_;
    std::string name_;
    std::shared_ptr<net::FileDescriptor> file_;
    std::uint64_t size_ = 0;
};

} // namespace mail
