#include "icmppinger/path_mtu.h"

#include "catch.h"

using icmppinger::MtuSearch;

namespace {

/// Searches a path with this MTU; with `reported`, routers report it. Returns the steps.
int search(MtuSearch& searched, std::uint32_t mtu, bool reported)
{
    int steps = 0;
    while (!searched.is_over()) {
        const std::uint32_t size = searched.next();
        if (size <= mtu)
            searched.passed(size);
        else
            searched.failed(size, reported ? mtu : 0);
        if (++steps > 100) break;
    }
    return steps;
}

} // namespace

TEST_CASE("The search finds any path MTU in few steps", "[icmppinger][path_mtu]")
{
    for (const std::uint32_t mtu :
         {68U, 69U, 576U, 1279U, 1280U, 1499U, 1500U, 1501U, 9000U, 65534U, 65535U})
        for (const std::uint32_t hint : {68U, 1500U, 65535U})
            for (const bool reported : {false, true}) {
                CAPTURE(mtu, hint, reported);
                MtuSearch searched(68, 65535, hint);
                CHECK(search(searched, mtu, reported) <= (reported && hint >= mtu ? 4 : 19));
                CHECK(searched.result() == mtu);
            }
}

TEST_CASE("The first size tried is the minimum that every link must carry",
          "[icmppinger][path_mtu]")
{
    MtuSearch searched(1280, 65535, 1500);
    CHECK(searched.next() == 1280);
    CHECK(searched.result() == 0);
    searched.passed(1280);
    CHECK(searched.next() == 1500);
}

TEST_CASE("A reported MTU that cannot be right is ignored", "[icmppinger][path_mtu]")
{
    for (const std::uint32_t false_mtu : {0U, 1U, 67U, 1500U, 70000U}) {
        MtuSearch searched(68, 65535, 1500);
        searched.passed(68);
        searched.failed(1500, false_mtu);
        CHECK(searched.next() == 784); // the middle
    }
}
