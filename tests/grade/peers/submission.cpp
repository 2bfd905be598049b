#include "tests/grade/peers/submission.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "common/file_descriptor.h"
#include "tests/grade/peers/command.h"

namespace grade {
namespace {

void write_file(const char* file, const std::string& text) noexcept
{
    const net::FileDescriptor opened(::open(file, O_WRONLY | O_CLOEXEC));
    if (::write(opened.get(), text.data(), text.size()) == -1) return; // then there is no such wall
}

/// A mount namespace of its own; without root in a user namespace that permits it.
bool enter_namespace(const Confinement& confinement) noexcept
{
    const bool is_root = ::geteuid() == 0;
    if (::unshare(CLONE_NEWNS | (is_root ? 0 : CLONE_NEWUSER)) == -1) return false;
    if (!is_root) {
        write_file("/proc/self/setgroups", "deny");
        write_file("/proc/self/uid_map", confinement.user_map);
        write_file("/proc/self/gid_map", confinement.group_map);
    }
    return ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

void keep_network_rights_only() noexcept
{
    for (unsigned long right = 0; ::prctl(PR_CAPBSET_READ, right) != -1; ++right)
        if (right != CAP_NET_RAW && right != CAP_NET_ADMIN && right != CAP_NET_BIND_SERVICE)
            ::prctl(PR_CAPBSET_DROP, right);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/// The variable of the program of others that a command starts ($WEBSERVER and so on, up to the
/// first placeholder); empty when it starts none.
std::string started_program(const std::string& command)
{
    for (const std::string& variable : words_of("GRADE_THEIRS")) {
        const char* theirs = std::getenv(variable.c_str());
        const std::string start = theirs == nullptr ? "" : theirs;
        const std::string first_words = start.substr(0, start.find('{'));
        if (first_words.empty()) continue;
        // Variables may stand before it: env NAME=value COMMAND.
        if (command.starts_with(first_words) ||
            command.find(' ' + first_words) != std::string::npos)
            return variable;
    }
    return {};
}

/// Whether an instructor's command names a file in the folder. A submission's own command may not.
bool is_named(const std::string& folder, const std::string& command, const std::string& variable)
{
    const auto own = words_of("GRADE_OWN_COMMANDS");
    return std::ranges::find(own, variable) == own.end() &&
           command.find(folder) != std::string::npos;
}

} // namespace

Confinement confinement_for(const std::string& command, const std::string& folder)
{
    Confinement confinement;
    const std::string program = started_program(command);
    if (program.empty()) return confinement;
    confinement.is_needed = true;
    const char* folders = std::getenv("GRADE_HIDE");
    std::istringstream lines(folders == nullptr ? "" : folders);
    for (std::string hidden; std::getline(lines, hidden);)
        if (!is_named(hidden, command, program) && !(folder + "/").starts_with(hidden + "/"))
            confinement.hidden.push_back(hidden);
    const auto map = [](auto id) { return std::to_string(id) + " " + std::to_string(id) + " 1"; };
    confinement.user_map = map(::geteuid());
    confinement.group_map = map(::getegid());
    ::prctl(PR_SET_DUMPABLE, 0); // nobody else reads or writes the memory of this process
    return confinement;
}

void enter(const Confinement& confinement) noexcept
{
    if (!confinement.is_needed) return;
    ::prctl(PR_SET_DUMPABLE, 1); // for the files in /proc/self
    if (enter_namespace(confinement))
        for (const std::string& hidden : confinement.hidden)
            ::mount("none", hidden.c_str(), "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k");
    keep_network_rights_only();
}

} // namespace grade
