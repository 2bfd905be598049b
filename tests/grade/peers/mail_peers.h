// Starts real mail servers, Postfix and Exim, and reads delivered messages with Python's email
// package.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/certificates.h"
#include "tests/grade/peers/process.h"

namespace grade {

/// A server on loopback that delivers into a Maildir. Its user is ada with the password "s3cret",
/// under TLS.
class MailPeer {
public:
    virtual ~MailPeer() = default;
    MailPeer(const MailPeer&) = delete;
    MailPeer& operator=(const MailPeer&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    /// "localhost:PORT", with STARTTLS and with TLS from the first byte.
    [[nodiscard]] std::string submission() const { return "localhost:" + std::to_string(port_); }
    [[nodiscard]] std::string submissions() const
    {
        return "smtps://localhost:" + std::to_string(tls_port_);
    }
    [[nodiscard]] std::string ca() const { return certificates_.path("ca.pem"); }
    [[nodiscard]] const std::vector<std::string>& mechanisms() const { return mechanisms_; }

    /// Waits for the next delivered message; returns the path of its file.
    std::filesystem::path next_delivery();

protected:
    MailPeer(std::string name, std::vector<std::string> mechanisms);

    ScratchFolder folder_;
    Certificates certificates_;
    std::string name_;
    std::vector<std::string> mechanisms_;
    std::uint16_t port_ = free_port();
    std::uint16_t tls_port_ = free_port();
    std::filesystem::path maildir_;
    std::unique_ptr<Process> process_;

private:
    std::vector<std::filesystem::path> seen_;
};

/// Null when the server cannot run here; standard error gives the reason.
std::unique_ptr<MailPeer> start_postfix();
std::unique_ptr<MailPeer> start_exim();

/// A message as Python's email package parses it.
struct ReadMessage {
    std::string subject;
    std::string from;
    std::string to;
    std::string defects; // reported by the package
    struct Part {
        std::string type;
        std::string file_name;
        std::string content; // decoded
    };
    std::vector<Part> parts; // without the multiparts around them
};
ReadMessage read_by_python(const std::filesystem::path& message);

} // namespace grade
