#include "webserver/site/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <ctime>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "common/http/page.h"
#include "common/http/url.h"
#include "common/text/decimal.h"

namespace webserver {
namespace {

struct Entry {
    std::string name;
    bool is_folder;
    std::uint64_t size;
    std::time_t modified;
};

/// Nothing when it is neither a file nor a folder, or inaccessible.
std::optional<struct stat> status_of(const std::string& name, const Site& site,
                                     const Folder& folder)
{
    struct stat status {};
    if (::fstatat(folder.descriptor.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == -1)
        return std::nullopt;
    if (S_ISLNK(status.st_mode))
        return site.target_status(folder.name + (folder.name.empty() ? "" : "/") + name);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return std::nullopt;
    return status;
}

/// Nothing and errno when the folder can't be read.
std::optional<std::vector<Entry>> read_folder(const Site& site, const Folder& folder)
{
    const int copy = ::openat(folder.descriptor.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const auto close = [](DIR* stream) { ::closedir(stream); };
    const std::unique_ptr<DIR, decltype(close)> stream(copy == -1 ? nullptr : ::fdopendir(copy),
                                                       close);
    if (!stream) return std::nullopt;

    std::vector<Entry> entries;
    while (const dirent* found = ::readdir(stream.get())) {
        const std::string name = static_cast<const char*>(found->d_name);
        if (name == "." || name == ".." || (is_hidden(name) && !site.options().show_hidden))
            continue;
        if (const auto status = status_of(name, site, folder))
            entries.push_back({name, S_ISDIR(status->st_mode),
                               static_cast<std::uint64_t>(status->st_size),
                               status->st_mtim.tv_sec});
    }
    return entries;
}

void sort(std::vector<Entry>& entries, ListingOrder order)
{
    std::ranges::sort(entries, [order](const Entry& a, const Entry& b) {
        if (a.is_folder != b.is_folder) return a.is_folder;
        if (order == ListingOrder::by_size && a.size != b.size) return a.size > b.size;
        if (order == ListingOrder::by_date && a.modified != b.modified)
            return a.modified > b.modified;
        return a.name < b.name;
    });
}

std::string date_text(std::time_t time)
{
    std::tm local{};
    ::localtime_r(&time, &local);
    std::array<char, 32> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
    return {text.data(), size};
}

std::string row(const Entry& entry)
{
    const std::string slash = entry.is_folder ? "/" : "";
    const std::string link =
        "./" + http::percent_encode_path(entry.name) + slash; // "./": a name may hold a colon
    return "<tr><td><a href=\"" + http::escape_html(link) + "\">" + http::escape_html(entry.name) +
           slash + "</a><td>" + (entry.is_folder ? "" : net::size_text(entry.size)) + "<td>" +
           date_text(entry.modified) + "\n";
}

} // namespace

ListingOrder listing_order(std::string_view query)
{
    if (query == "?sort=size") return ListingOrder::by_size;
    if (query == "?sort=date") return ListingOrder::by_date;
    return ListingOrder::by_name;
}

std::variant<std::string, LookupFailure> listing_page(const Site& site, const Folder& folder,
                                                      ListingOrder order)
{
    auto entries = read_folder(site, folder);
    if (!entries) return lookup_failure(errno);
    sort(*entries, order);
    std::string body = "<h1>/" + http::escape_html(folder.name) +
                       "</h1>\n<table>\n"
                       "<tr><th><a href=\"./\">Name</a><th><a href=\"?sort=size\">Size</a>"
                       "<th><a href=\"?sort=date\">Changed</a>\n";
    if (!folder.name.empty()) body += "<tr><td><a href=\"../\">../</a><td><td>\n";
    for (const Entry& entry : *entries)
        body += row(entry);
    return http::page("/" + folder.name, body + "</table>\n");
}

} // namespace webserver
