// Stores messages as files 1.eml, 2.eml, ... in a folder.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

#include "common/file_descriptor.h"

namespace mailsink {

class MessageStore {
public:
    /// Creates and locks the folder. Throws net::Error, also when another process has locked it.
    explicit MessageStore(std::filesystem::path folder);

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

    /// A message being received; its file is deleted unless it is kept.
    class Message {
    public:
        /// Creates a temporary file. Throws net::StorageError.
        explicit Message(MessageStore& store);
        ~Message();
        Message(const Message&) = delete;
        Message& operator=(const Message&) = delete;

        /// Bytes that cannot be written count in size(), too; keep() reports the error.
        void write(std::string_view bytes);
        [[nodiscard]] std::uint64_t size() const { return size_; }
        /// Stores the message as the next N.eml and returns its path. Throws net::StorageError.
        std::filesystem::path keep();

    private:
        MessageStore& store_;
        std::filesystem::path path_;
        net::FileDescriptor file_;
        std::uint64_t size_ = 0;
        int problem_ = 0; // the errno of a write that failed
    };

private:
    std::filesystem::path folder_;
    net::FileDescriptor lock_{};     // on the folder, for this object's lifetime
    std::atomic<unsigned> last_ = 0; // numbers are not reused
};

} // namespace mailsink
