#include "tests/grader/sandbox.h"

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

#include "common/error.h"
#include "common/file_descriptor.h"

namespace score {
namespace {

constexpr std::size_t mebibyte = 1024UL * 1024;

// mount_setattr(2), open_tree(2) and move_mount(2): glibc has wrappers and names since 2.36, and
// Ubuntu 22.04 has 2.35.
struct MountAttributes {
    std::uint64_t set = 0;
    std::uint64_t clear = 0;
    std::uint64_t propagation = 0;
    std::uint64_t user_namespace = 0;
};
constexpr std::uint64_t mount_read_only = 0x1; // MOUNT_ATTR_RDONLY
constexpr unsigned whole_tree = 0x8000;        // AT_RECURSIVE
constexpr unsigned clone_of_tree = 0x1;        // OPEN_TREE_CLONE
constexpr unsigned from_descriptor = 0x4;      // MOVE_MOUNT_F_EMPTY_PATH

void write_file(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream stream(file);
    stream << text << std::flush;
    if (!stream) net::fail("write " + file.string());
}

/// A new user namespace has no users until a map is written: this one keeps our user and group.
void keep_identity(uid_t user, gid_t group)
{
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
    write_file("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
}

void set_loopback_up()
{
    const net::FileDescriptor any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    if (!any || ::ioctl(any.get(), SIOCSIFFLAGS, &request) == -1) net::fail("set loopback up");
    // A program with a fixed port is restarted at once and may not use SO_REUSEADDR.
    std::ofstream("/proc/sys/net/ipv4/tcp_max_tw_buckets") << 0;
}

void mount_new(const char* type, const std::filesystem::path& place, const std::string& options)
{
    if (::mount(type, place.c_str(), type, MS_NOSUID | MS_NODEV, options.c_str()) == -1)
        net::fail("mount " + place.string());
}

/// Shows a process only those that it may trace, where the kernel can do that (since Linux 5.8).
void mount_proc()
{
    constexpr unsigned long flags = MS_NOSUID | MS_NODEV;
    if (::mount("proc", "/proc", "proc", flags, "hidepid=ptraceable") == -1)
        mount_new("proc", "/proc", "");
}

void make_read_only(const char* tree)
{
    MountAttributes change;
    change.set = mount_read_only;
    if (::syscall(SYS_mount_setattr, AT_FDCWD, tree, whole_tree, &change, sizeof change) == -1)
        net::fail("make all files read-only");
}

void make_writable(const char* place)
{
    MountAttributes change;
    change.clear = mount_read_only;
    if (::syscall(SYS_mount_setattr, AT_FDCWD, place, 0, &change, sizeof change) == -1)
        net::fail(std::string("make writable ") + place);
}

/// Whether other disks or folders are mounted below a folder.
bool has_mounts_below(const std::filesystem::path& folder)
{
    const std::string below = std::filesystem::canonical(folder).string() + "/";
    std::ifstream mounts("/proc/self/mountinfo"); // proc(5)
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string place;
        for (int word = 1; word <= 5; ++word)
            words >> place;
        if (place.starts_with(below)) return true;
    }
    return false;
}

/// Redirects writes in /tmp to the scratch disk by an overlay; existing files stay visible. Where
/// the kernel cannot do that, /tmp stays read-only. Mounts below /tmp would be hidden, so there
/// must be none.
void make_tmp_writable(const std::filesystem::path& scratch)
{
    const auto written = scratch / ".tmp";
    const auto work = scratch / ".work"; // for overlayfs itself
    for (const auto& folder : {written, work})
        std::filesystem::create_directory(folder);
    std::filesystem::permissions(written, std::filesystem::perms(01777));
    const net::FileDescriptor disk(static_cast<int>(
        ::syscall(SYS_open_tree, AT_FDCWD, scratch.c_str(), clone_of_tree | O_CLOEXEC)));
    const std::string layers =
        "lowerdir=/tmp,upperdir=" + written.string() + ",workdir=" + work.string();
    if (!disk || ::mount("overlay", "/tmp", "overlay", MS_NOSUID | MS_NODEV, layers.c_str()) == -1)
        return;
    // The scratch disk, if it is in /tmp, is hidden now.
    if (::syscall(SYS_move_mount, disk.get(), "", AT_FDCWD, scratch.c_str(), from_descriptor) == -1)
        net::fail("mount " + scratch.string());
}

/// `ip route add local 0.0.0.0/0 dev lo` (rtnetlink(7)).
void own_every_address()
{
    struct {
        nlmsghdr header;
        rtmsg route;
        rtattr attribute;
        unsigned loopback;
    } request{};
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = RTM_NEWROUTE;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE;
    request.route.rtm_family = AF_INET;
    request.route.rtm_table = RT_TABLE_LOCAL;
    request.route.rtm_protocol = RTPROT_STATIC;
    request.route.rtm_scope = RT_SCOPE_HOST;
    request.route.rtm_type = RTN_LOCAL;
    request.attribute.rta_type = RTA_OIF;
    request.attribute.rta_len = RTA_LENGTH(sizeof request.loopback);
    request.loopback = ::if_nametoindex("lo");
    const net::FileDescriptor kernel(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    ::send(kernel.get(), &request, sizeof request, 0);
}

/// Shows other text in the place of a file.
void replace_file(const char* file, const std::string& text, const std::filesystem::path& scratch)
{
    if (!std::filesystem::exists(file)) return;
    const auto other = scratch / (".replaced" + std::filesystem::path(file).filename().string());
    write_file(other, text);
    ::mount(other.c_str(), file, nullptr, MS_BIND, nullptr);
}

void set_limit(decltype(RLIMIT_CPU) resource, rlim_t most)
{
    rlimit limit{};
    if (::getrlimit(resource, &limit) == -1) net::fail("get a resource limit");
    limit.rlim_cur = std::min(limit.rlim_max, most);
    limit.rlim_max = limit.rlim_cur;
    if (::setrlimit(resource, &limit) == -1) net::fail("set a resource limit");
}

/// Whether a child can set up this walls.
bool are_possible(const Isolation& isolation, const std::filesystem::path& scratch)
{
    const pid_t outer = ::fork();
    if (outer == 0) {
        try {
            enter_namespaces(isolation);
            const pid_t inner = ::fork();
            if (inner == 0) {
                set_up_sandbox(isolation, {}, scratch);
                ::_exit(0);
            }
            int status = 1;
            ::waitpid(inner, &status, 0);
            ::_exit(status == 0 ? 0 : 1);
        } catch (const net::Error&) {
            ::_exit(1);
        }
    }
    int status = 1;
    return outer != -1 && ::waitpid(outer, &status, 0) == outer && status == 0;
}

} // namespace

std::string Isolation::missing() const
{
    std::string text;
    if (!network) text += " the network is shared;";
    if (!files) text += " all files are writable;";
    if (!processes) text += " leftover processes are found only at the end;";
    if (!text.empty()) text.pop_back();
    return text;
}

Isolation supported_isolation(const std::filesystem::path& scratch)
{
    const bool is_root = ::geteuid() == 0;
    constexpr std::array<std::array<bool, 3>, 3> choices = {
        {{true, true, true}, {true, true, false}, {true, false, false}}};
    for (const auto& [network, files, processes] : choices) {
        const Isolation isolation{!is_root, network, files, processes};
        if (are_possible(isolation, scratch)) return isolation;
    }
    return {};
}

void enter_namespaces(const Isolation& isolation)
{
    const uid_t user = ::geteuid();
    const gid_t group = ::getegid();
    const int namespaces =
        (isolation.user ? CLONE_NEWUSER : 0) | (isolation.network ? CLONE_NEWNET : 0) |
        (isolation.files ? CLONE_NEWNS : 0) | (isolation.processes ? CLONE_NEWPID : 0);
    if (::unshare(namespaces) == -1) net::fail("create namespaces");
    if (isolation.user) keep_identity(user, group);
}

void set_up_sandbox(const Isolation& isolation, const Limits& limits,
                    const std::filesystem::path& scratch, const std::filesystem::path& kept)
{
    if (isolation.network) set_loopback_up();
    if (!isolation.files) return;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == -1)
        net::fail("make the mounts private");
    if (!kept.empty() && ::mount(kept.c_str(), kept.c_str(), nullptr, MS_BIND, nullptr) == -1)
        net::fail("mount " + kept.string());
    make_read_only("/");
    if (!kept.empty()) make_writable(kept.c_str());
    if (isolation.processes) mount_proc();
    const std::string size = "size=" + std::to_string(limits.disk) + "m,mode=0777";
    const bool is_tmp_flat = !has_mounts_below("/tmp");
    mount_new("tmpfs", scratch, size);
    if (is_tmp_flat) make_tmp_writable(scratch); // else it stays read-only
    if (std::filesystem::exists("/dev/shm")) mount_new("tmpfs", "/dev/shm", size);
}

void lead_everything_here(const Isolation& isolation, const std::filesystem::path& scratch)
{
    if (!isolation.network) return;
    own_every_address();
    std::ofstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") << 0;
    if (!isolation.files) return;
    replace_file("/etc/resolv.conf", "nameserver 127.0.0.1\n", scratch);
    replace_file("/etc/nsswitch.conf", "hosts: files dns\n", scratch);
    replace_file("/etc/hosts", "127.0.0.1 localhost\n", scratch);
}

void set_limits(const Limits& limits)
{
    // Room for the stacks of thousands of threads, which are mapped but mostly unused. The memory
    // in use is limited by wait_for().
    constexpr std::size_t mapped_to_used = 16;
    if (limits.memory > 0) set_limit(RLIMIT_DATA, mapped_to_used * limits.memory * mebibyte);
    set_limit(RLIMIT_FSIZE, limits.disk * mebibyte);
    set_limit(RLIMIT_CPU, limits.cpu);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_NPROC, limits.processes);
}

} // namespace score
