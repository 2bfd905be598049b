// A cache's behaviour as a table: requests one after the other, what the origin says to each that
// reaches it, and what is to come of it.
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
    std::string request{}; // field lines that end with \r\n, as all here
    std::string reply{};   // the origin's fields
    enum class Expect {
        miss,     // the origin is asked; its answer is this step's
        hit,      // the origin is not asked
        etag,     // the origin is asked with If-None-Match
        modified, // the origin is asked with If-Modified-Since
    } expect = Expect::miss;
    int status = 200;                  // the origin's; on a hit only what is expected
    int expected = 0;                  // 0: the same
    std::string method{"GET"};         //
    std::string target{};              // added to the case's path
    std::string content{};             // the request's body
    std::optional<std::string> body{}; // the origin's; else one that no other step has
    std::optional<std::string> gets{}; // the client's; #2: step 2's; else what the origin says
                                       // or, on a hit or 304, what it said first
    std::string sees{};                // a part of the head that the client gets
    std::string misses{};              // one that must not be there
    std::string asked{};               // a part of the head that the origin gets
    std::string not_asked{};           // one that must not be there
    bool is_gone = false;              // the origin closes without a word
    std::string before{};              // what the origin sends first: interim answers
};

struct CacheCase {
    std::string name;
    std::vector<Step> steps;
};

/// Runs the cases against one proxy and one origin, and checks each step.
void check_cases(const std::vector<CacheCase>& cases);

/// A date so many seconds from now, as HTTP has it.
std::string date(long seconds_from_now);

/// Fields that make a response fresh for long.
inline const std::string fresh = "Cache-Control: max-age=3600\r\n";
/// Fields that make a response stale from the start, and do not forbid anything.
inline const std::string stale = "Cache-Control: max-age=2\r\nAge: 5\r\n";

} // namespace grade
