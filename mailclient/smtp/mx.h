// Finds the hosts that accept mail for a domain: the DNS MX records (RFC 5321 §5.1, RFC 7505).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mail {

struct MxHost {
    unsigned preference; // the lowest is tried first
    std::string name;    // empty: the null MX, "no mail for this domain"

    friend bool operator==(const MxHost&, const MxHost&) = default;
};

/// The MX records in the answer section of a DNS message. Other and malformed records are skipped.
[[nodiscard]] std::vector<MxHost> parse_mx(std::span<const unsigned char> message);

/// The hosts in the order to try them: by preference, equal ones in the order of `records`. The
/// domain itself when there are no records (the implicit MX). Throws Failure (Exit::no_recipient)
/// for a null MX.
[[nodiscard]] std::vector<std::string> mail_hosts(const std::string& domain,
                                                  std::vector<MxHost> records);

/// Asks the system's name servers. Throws Failure: Exit::no_host when there is no such domain,
/// Exit::temporary when the name servers fail (SERVFAIL is not "no MX").
[[nodiscard]] std::vector<std::string> look_up_mail_hosts(const std::string& domain);

} // namespace mail
