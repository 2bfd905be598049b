// What a reply's head says, read as a client reads it.
#pragma once

#include "catch.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "webserver/site/response.h"

using ReplyFields = std::vector<std::pair<std::string, std::string>>;

inline ReplyFields fields(const webserver::Response& response)
{
    const std::string head = response.head.text();
    const auto parsed = http::parse_response(head, "GET");
    REQUIRE(std::holds_alternative<http::ReceivedResponse>(parsed));
    ReplyFields found;
    for (const auto& [name, value] : std::get<http::ReceivedResponse>(parsed).fields)
        found.emplace_back(name, value);
    return found;
}

/// The value of the one field of that name.
inline std::optional<std::string> field(const webserver::Response& response, std::string_view name)
{
    std::optional<std::string> found;
    for (const auto& [each, value] : fields(response))
        if (each == name) {
            CHECK_FALSE(found);
            found = value;
        }
    return found;
}
