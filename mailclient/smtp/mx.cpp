#include "mailclient/smtp/mx.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "common/text/ascii.h"
#include "common/text/printable.h"
#include "mailclient/failure.h"

namespace mail {
namespace {

constexpr std::size_t most_answer_bytes = 65535; // by TCP, RFC 1035 §4.2.2

/// The resolver's state, initialized from /etc/resolv.conf.
class Resolver {
public:
    Resolver()
    {
        if (::res_ninit(&state_) != 0)
            throw Failure(Exit::temporary, "start the DNS resolver: the library reports an error");
    }
    ~Resolver() { ::res_nclose(&state_); }
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// The answer's size, or -1 with the reason in error().
    int query(const std::string& name, std::span<unsigned char> answer)
    {
        return ::res_nquery(&state_, name.c_str(), ns_c_in, ns_t_mx, answer.data(),
                            static_cast<int>(answer.size()));
    }
    [[nodiscard]] int error() const { return state_.res_h_errno; }

private:
    struct __res_state state_ {};
};

/// Reads a DNS message (RFC 1035 §4.1); once it would pass the end, it is no longer good and reads
/// zeros.
///
///     header: identifier, flags, four counts    question: name, type, class
///     record: name, type, class, time to live (32 bits), size of data, data
///     data of an MX: preference, name           all but the times have 16 bits
class Cursor {
public:
    explicit Cursor(std::span<const unsigned char> message) : message_(message) {}

    [[nodiscard]] bool is_good() const { return is_good_; }
    void skip(std::size_t count)
    {
        is_good_ = is_good_ && count <= message_.size() - at_;
        if (is_good_) at_ += count;
    }
    unsigned take_number()
    {
        const std::size_t begin = at_;
        skip(2);
        return is_good_ ? static_cast<unsigned>(message_[begin] << 8 | message_[begin + 1]) : 0;
    }
    void skip_name()
    {
        const int size = is_good_ ? ::dn_skipname(here(), end()) : -1;
        is_good_ = is_good_ && size >= 0;
        if (is_good_) skip(static_cast<std::size_t>(size));
    }
    /// The MX record whose data begin here.
    [[nodiscard]] std::optional<MxHost> peek_mx() const
    {
        Cursor ahead = *this;
        const unsigned preference = ahead.take_number();
        std::array<char, NS_MAXDNAME> name{};
        if (!ahead.is_good_ || ::dn_expand(message_.data(), end(), ahead.here(), name.data(),
                                           static_cast<int>(name.size())) == -1)
            return std::nullopt;
        return MxHost{preference, name.data()};
    }

private:
    [[nodiscard]] const unsigned char* here() const { return message_.data() + at_; }
    [[nodiscard]] const unsigned char* end() const { return message_.data() + message_.size(); }

    std::span<const unsigned char> message_;
    std::size_t at_ = 0;
    bool is_good_ = true;
};

} // namespace

std::vector<MxHost> parse_mx(std::span<const unsigned char> message)
{
    Cursor cursor(message);
    cursor.skip(4); // identifier, flags
    const unsigned questions = cursor.take_number();
    const unsigned answers = cursor.take_number();
    cursor.skip(4); // the other sections' counts
    for (unsigned i = 0; i < questions; ++i) {
        cursor.skip_name();
        cursor.skip(4); // type, class
    }
    std::vector<MxHost> records;
    for (unsigned i = 0; i < answers && cursor.is_good(); ++i) {
        cursor.skip_name();
        const unsigned type = cursor.take_number();
        cursor.skip(6); // class, time to live
        const unsigned size = cursor.take_number();
        if (type == ns_t_mx && size > 2)
            if (auto record = cursor.peek_mx()) records.push_back(std::move(*record));
        cursor.skip(size);
    }
    return records;
}

std::vector<std::string> mail_hosts(const std::string& domain, std::vector<MxHost> records)
{
    if (records.empty()) return {domain};
    std::ranges::stable_sort(records, {}, &MxHost::preference);
    std::vector<std::string> hosts;
    for (const MxHost& record : records)
        if (!record.name.empty()) hosts.push_back(record.name);
    if (hosts.empty())
        throw Failure(Exit::no_recipient, "look up the MX hosts of " + net::printable_line(domain) +
                                              ": the domain accepts no mail (null MX, RFC 7505)");
    return hosts;
}

std::vector<std::string> look_up_mail_hosts(const std::string& domain)
{
    const std::string attempt = "look up the MX hosts of " + net::printable_line(domain);
    if (domain.starts_with('[')) { // RFC 5321 §4.1.3
        const std::string literal = domain.substr(1, domain.size() - 2);
        return {literal.substr(net::contains(literal, ':') ? literal.find(':') + 1 : 0)};
    }
    Resolver resolver;
    std::vector<unsigned char> answer(most_answer_bytes);
    const int size = resolver.query(domain, answer);
    if (size == -1 && resolver.error() == HOST_NOT_FOUND)
        throw Failure(Exit::no_host, attempt + ": there is no such domain");
    if (size == -1 && resolver.error() != NO_DATA)
        throw Failure(Exit::temporary, attempt + ": the name servers give an error or no answer");
    if (size == -1) return mail_hosts(domain, {});

    const auto count = std::min(static_cast<std::size_t>(size), answer.size());
    auto records = parse_mx(std::span(answer).first(count));
    std::ranges::shuffle(records, std::mt19937(std::random_device()())); // for equal preferences
    return mail_hosts(domain, std::move(records));
}

} // namespace mail
