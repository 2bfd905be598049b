#include "proxy/access/login.h"

#include <algorithm>
#include <fstream>

#include "common/error.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"

namespace proxy {
namespace {

std::string first_line_of(const std::string& file)
{
    errno = 0; // reading an empty file does not set it
    std::ifstream stream(file);
    std::string line;
    if (!std::getline(stream, line))
        throw net::Error("read the password from " + file + ": " +
                         (errno == 0 ? "the file is empty" : net::reason(errno)));
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

/// The time does not depend on the first difference, so that it does not reveal a correct part.
bool equal_in_constant_time(std::string_view a, std::string_view b)
{
    unsigned differing = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        differing |= static_cast<unsigned>(a[i] ^ b[i]);
    return differing == 0;
}

} // namespace

BasicLogin::BasicLogin(const std::string& user_and_file)
{
    if (user_and_file.empty()) return;
    const auto colon = user_and_file.find(':');
    if (colon == std::string::npos || colon == 0)
        throw net::Error("--auth '" + user_and_file + "' is not of the form USER:FILE");
    credentials_ = net::base64(user_and_file.substr(0, colon + 1) +
                               first_line_of(user_and_file.substr(colon + 1)));
}

bool BasicLogin::accepts(std::optional<std::string_view> value) const
{
    if (!is_required()) return true;
    constexpr std::string_view scheme = "Basic";
    if (!value || !net::equal_ignoring_case(value->substr(0, value->find(' ')), scheme))
        return false;
    return equal_in_constant_time(net::trim(value->substr(scheme.size())), credentials_);
}

} // namespace proxy
