#include "tests/grade/peers/mail_peers.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "common/error.h"
#include "tests/grade/peers/ports.h"

namespace grade {
namespace {

constexpr auto delivery_limit = 30s;

void shell(const std::string& command)
{
    const auto outcome = run("sh", {"-c", command});
    if (outcome.status != 0) throw net::Error(command + ": " + outcome.out + outcome.err);
}

/// Mail servers change to their own users, which needs root.
bool is_root()
{
    if (::geteuid() == 0) return true;
    std::cerr << "skipped: only root can start a mail server\n";
    return false;
}

class Postfix : public MailPeer {
public:
    Postfix() : MailPeer("postfix", {"plain", "login", "cram-md5", "scram-sha-256"})
    {
        const std::string root = folder_.path().string();
        const std::string conf = root + "/conf";
        folder_.write("conf/main.cf", main_cf(root));
        folder_.write("conf/master.cf", master_cf());
        shell("cd '" + root + "' && mkdir queue data && chown postfix data && chmod 711 . && " +
              "echo s3cret | saslpasswd2 -p -c -f sasldb2 -u localhost ada && " +
              "chmod 644 sasldb2 *.key && chown nobody '" + maildir_.parent_path().string() + "'");
        process_ = std::make_unique<Process>( // the path where SASL finds users
            "unshare -m -p -f --kill-child sh -c 'mount --bind sasldb2 /etc/sasldb2 && exec "
            "postfix -c " +
                conf + " start-fg'",
            std::vector<std::string>(), folder_.path());
        wait_until_open(Transport::tcp, port_, *process_);
        wait_until_open(Transport::tcp, tls_port_, *process_);
    }

private:
    [[nodiscard]] std::string main_cf(const std::string& root) const
    {
        const std::string box = maildir_.filename().string() + "/";
        return "compatibility_level = 3.6\n"
               "queue_directory = " +
               root + "/queue\ndata_directory = " + root +
               "/data\n"
               "maillog_file = " +
               root + "/log\nmaillog_file_prefixes = " + root +
               "\n"
               "myhostname = localhost\nmydestination =\ninet_interfaces = 127.0.0.1\n"
               "inet_protocols = ipv4\nalias_maps =\nmynetworks = 127.0.0.0/8\n"
               // Postfix must not add fields that the client omits.
               "local_header_rewrite_clients =\nmessage_drop_headers =\n"
               "always_add_missing_headers = no\n"
               "virtual_mailbox_domains = x.example\nvirtual_mailbox_base = " +
               maildir_.parent_path().string() + "\nvirtual_mailbox_maps = static:" + box +
               "\n"
               "virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\n"
               "virtual_mailbox_limit = 0\nmessage_size_limit = 50000000\n"
               "smtpd_tls_security_level = may\nsmtpd_tls_cert_file = " +
               certificates_.path("good.pem") +
               "\nsmtpd_tls_key_file = " + certificates_.path("good.key") +
               "\n"
               "smtpd_tls_auth_only = yes\nsmtpd_sasl_auth_enable = yes\n"
               "smtpd_sasl_local_domain = localhost\nsmtpd_sasl_path = smtpd\n"
               "smtpd_relay_restrictions = permit_mynetworks, reject\nsmtputf8_enable = yes\n";
    }

    [[nodiscard]] std::string master_cf() const
    {
        const auto at = [](std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); };
        return at(port_) + " inet n - n - - smtpd\n" + at(tls_port_) +
               " inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
               "postlog unix-dgram n - n - 1 postlogd\n"
               "pickup unix n - n 60 1 pickup\ncleanup unix n - n - 0 cleanup\n"
               "qmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
               "rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\n"
               "defer unix - - n - 0 bounce\ntrace unix - - n - 0 bounce\n"
               "proxymap unix - - n - - proxymap\nerror unix - - n - - error\n"
               "retry unix - - n - - error\nvirtual unix - n n - - virtual\n"
               "anvil unix - - n - 1 anvil\nscache unix - - n - 1 scache\n";
    }
};

/// Debian's package conflicts with Postfix's, so it may not be configured: its user is defined in a
/// mount namespace.
class Exim : public MailPeer {
public:
    Exim() : MailPeer("exim", {"plain", "login", "cram-md5"})
    {
        const std::string root = folder_.path().string();
        folder_.write("exim.conf", configuration(root));
        shell("cd '" + root + "' && mkdir spool log && chmod 711 . && chmod 644 *.key && " +
              "chown 64998 '" + maildir_.parent_path().string() + "' && " +
              "grep -v ^Debian-exim: /etc/passwd >passwd && grep -v ^Debian-exim: /etc/group "
              ">group && " +
              "echo Debian-exim:x:64998:64998::/:/bin/false >>passwd && " +
              "echo Debian-exim:x:64998: >>group && chown -R 64998:64998 spool log && " +
              "chmod 644 passwd group exim.conf");
        process_ =
            std::make_unique<Process>("unshare -m -p -f --kill-child sh -c 'mount --bind passwd "
                                      "/etc/passwd && mount --bind group /etc/group && "
                                      "exec exim4 -bdf -q30m -C " +
                                          root + "/exim.conf'",
                                      std::vector<std::string>(), folder_.path());
        wait_until_open(Transport::tcp, port_, *process_);
        wait_until_open(Transport::tcp, tls_port_, *process_);
    }

private:
    [[nodiscard]] std::string configuration(const std::string& root) const
    {
        const std::string port = std::to_string(port_);
        const std::string tls_port = std::to_string(tls_port_);
        const std::string path = run("sh", {"-c", "readlink -f $(command -v exim4)"}).out;
        return "exim_path = " + path + "primary_hostname = localhost\nspool_directory = " + root +
               "/spool\n"
               "log_file_path = " +
               root +
               "/log/%slog\nlocal_interfaces = 127.0.0.1\n"
               "daemon_smtp_ports = " +
               port + " : " + tls_port +
               "\n"
               "tls_on_connect_ports = " +
               tls_port +
               "\ntls_advertise_hosts = *\n"
               "tls_certificate = " +
               certificates_.path("good.pem") +
               "\ntls_privatekey = " + certificates_.path("good.key") +
               "\nacl_smtp_rcpt = accept\nacl_smtp_data = accept\n"
               "auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}\nnever_users =\n"
               "deliver_drop_privilege\nhost_lookup =\nrfc1413_hosts =\nsmtputf8_advertise_hosts = "
               "*\n"
               "message_size_limit = 50M\n"
               "begin routers\nbox:\n driver = accept\n transport = box\n"
               "begin transports\nbox:\n driver = appendfile\n directory = " +
               maildir_.string() +
               "\n maildir_format\n create_directory\n user = 64998\n group = 64998\n"
               "begin authenticators\n"
               "plain:\n driver = plaintext\n public_name = PLAIN\n server_prompts = :\n"
               " server_condition = ${if and{{eq{$auth2}{ada}}{eq{$auth3}{s3cret}}}}\n"
               "login:\n driver = plaintext\n public_name = LOGIN\n"
               " server_prompts = <| Username: | Password:\n"
               " server_condition = ${if and{{eq{$auth1}{ada}}{eq{$auth2}{s3cret}}}}\n"
               "cram:\n driver = cram_md5\n public_name = CRAM-MD5\n"
               " server_secret = ${if eq{$auth1}{ada}{s3cret}fail}\n";
    }
};

constexpr const char* python_reader = R"(
import email, email.policy, sys, os
with open(sys.argv[1], 'rb') as file:
    message = email.message_from_binary_file(file, policy=email.policy.default)
out = sys.argv[2]
defects = list(message.defects)
number = 0
for part in message.walk():
    defects += part.defects
    if part.is_multipart():
        continue
    open(f'{out}/{number}.type', 'w').write(part.get_content_type())
    open(f'{out}/{number}.name', 'w').write(part.get_filename() or '')
    open(f'{out}/{number}.content', 'wb').write(part.get_payload(decode=True))
    number += 1
for field in ('subject', 'from', 'to'):
    value = message[field]
    defects += value.defects if value is not None else []
    open(f'{out}/{field}', 'w').write(str(value))
open(f'{out}/defects', 'w').write(' '.join(repr(each) for each in defects))
)";

} // namespace

MailPeer::MailPeer(std::string name, std::vector<std::string> mechanisms)
    : certificates_(folder_.path()), name_(std::move(name)), mechanisms_(std::move(mechanisms)),
      maildir_(folder_.path() / "boxes" / "box")
{
    certificates_.make("good", "DNS:localhost,IP:127.0.0.1");
    std::filesystem::create_directories(maildir_.parent_path());
}

std::filesystem::path MailPeer::next_delivery()
{
    const auto deadline = net::Deadline::in(delivery_limit);
    while (!deadline.passed()) {
        std::error_code not_there_yet;
        for (const auto& entry :
             std::filesystem::directory_iterator(maildir_ / "new", not_there_yet)) {
            if (std::ranges::find(seen_, entry.path()) != seen_.end()) continue;
            seen_.push_back(entry.path());
            return entry.path();
        }
        std::this_thread::sleep_for(10ms);
    }
    throw net::Error(name_ + " delivered no message: " + process_->err() +
                     content_of(folder_.path() / "log") +
                     content_of(folder_.path() / "log" / "mainlog"));
}

std::unique_ptr<MailPeer> start_postfix()
{
    if (!is_root() || !can_run("postfix") || !can_run("saslpasswd2") || !can_run("python3"))
        return nullptr;
    return std::make_unique<Postfix>();
}

std::unique_ptr<MailPeer> start_exim()
{
    if (!is_root() || !can_run("exim4") || !can_run("python3")) return nullptr;
    return std::make_unique<Exim>();
}

ReadMessage read_by_python(const std::filesystem::path& message)
{
    const ScratchFolder folder;
    const auto& out = folder.path();
    const auto outcome = run("python3", {"-c", python_reader, message.string(), out.string()});
    if (outcome.status != 0) throw net::Error("python3: " + outcome.err);
    ReadMessage read{.subject = content_of(out / "subject"),
                     .from = content_of(out / "from"),
                     .to = content_of(out / "to"),
                     .defects = content_of(out / "defects"),
                     .parts = {}};
    for (std::size_t i = 0; std::filesystem::exists(out / (std::to_string(i) + ".type")); ++i) {
        const std::string number = std::to_string(i);
        read.parts.push_back({.type = content_of(out / (number + ".type")),
                              .file_name = content_of(out / (number + ".name")),
                              .content = content_of(out / (number + ".content"))});
    }
    return read;
}

} // namespace grade
