// The folder of saved pages: for each URL a body and a text file beside it, both named by the URL's
// hash, so that no URL decides about a file's name.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/file_descriptor.h"
#include "common/program/atomic_file.h"
#include "webserver/fetch/page_record.h"

namespace webserver {

/// A saved page and its body, open; what is saved anew meanwhile does not touch it.
struct SavedCopy {
    SavedPage page;
    net::FileDescriptor body; // none when the page has moved
};

/// Safe for many threads; when several processes share a folder, a copy whose parts do not fit
/// together counts as none.
class Saved {
public:
    /// The folder is made with the first page. Its pages have so many bytes at most, or it has the
    /// one that was saved last: to make room, those that were fetched longest ago are removed.
    Saved(std::filesystem::path folder, std::uint64_t most_bytes);

    [[nodiscard]] std::optional<SavedCopy> find(const std::string& url) const;

    /// A body to be written and then saved.
    [[nodiscard]] net::AsideFile begin(const std::string& url) const;
    [[nodiscard]] SavedCopy save(const SavedPage& page, net::AsideFile& body);
    /// Remembers that a URL leads to another.
    void save_move(const SavedPage& moved);
    /// Writes down what the origin said about a copy that is still good; unless somebody has saved
    /// a newer one meanwhile.
    void renew(const SavedPage& old, const SavedPage& renewed);

    /// All pages with a body, the latest first.
    [[nodiscard]] std::vector<SavedPage> list() const;

private:
    [[nodiscard]] std::filesystem::path body_of(const std::string& url) const;
    [[nodiscard]] std::filesystem::path record_file_of(const std::string& url) const;
    [[nodiscard]] std::vector<SavedPage> records() const;
    [[nodiscard]] std::optional<SavedCopy> open(SavedPage page) const;
    void write_record(const SavedPage& page) const;
    void make_room(std::uint64_t growth, const std::string& newest);
    void remove_bodies_without_record() const;
    void make_folder() const;

    std::filesystem::path folder_;
    std::uint64_t most_bytes_;
    std::uint64_t room_ = 0;   // bytes that fit in before the folder must be looked through
    mutable std::mutex mutex_; // a body and its record change together
};

} // namespace webserver
