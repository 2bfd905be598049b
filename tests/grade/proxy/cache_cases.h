// Test cases of a cache as tables: requests in sequence, the origin's response to each forwarded
// one, and the expected results.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/grade/peers/proxy.h"

namespace grade {

/// One request through the proxy.
struct Step {
    std::string request{}; // field lines, each with \r\n, as everywhere here
    std::string reply{};   // the origin's fields
    enum class Expect {
        miss,     // forwarded; the origin's response is this step's
        hit,      // not forwarded
        etag,     // forwarded with If-None-Match
        modified, // forwarded with If-Modified-Since
    } expect = Expect::miss;
    int status = 200;                  // the origin's; on a hit the expected one
    int expected = 0;                  // 0: the same
    std::string method{"GET"};         //
    std::string target{};              // added to the case's path
    std::string content{};             // the request's body
    std::optional<std::string> body{}; // the origin's; default: unique to this step
    /// What the client gets; "#2": step 2's body. Default: the origin's, or step 0's on a hit or
    /// 304.
    std::optional<std::string> response_body{};
    std::string response_has{};    // must be in the response's head
    std::string response_lacks{};  // must not be in it
    std::string forwarded_has{};   // must be in the forwarded request's head
    std::string forwarded_lacks{}; // must not be in it
    bool origin_closes = false;    // the origin closes without a response
    std::string interim{};         // interim responses, sent first
};

struct CacheCase {
    std::string name;
    std::vector<Step> steps;
};

/// Runs the cases against one proxy and one origin, and checks each step.
void check_cases(const std::vector<CacheCase>& cases);

/// The HTTP date that is this number of seconds from now.
std::string date(long seconds_from_now);

/// Fields that make a response fresh for an hour.
inline const std::string fresh = "Cache-Control: max-age=3600\r\n";
/// Fields that make a response stale at once, without restrictions on its reuse.
inline const std::string stale = "Cache-Control: max-age=2\r\nAge: 5\r\n";

} // namespace grade
