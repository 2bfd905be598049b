#include "webserver/fetch/sha256.h"

#include "catch.h"

#include <set>

using webserver::sha256;

TEST_CASE("SHA-256 gives the digests of the standard's examples", "[webserver][sha256]")
{
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("Messages of lengths around the block size have different digests", "[webserver][sha256]")
{
    std::set<std::string> digests;
    for (std::size_t size = 0; size <= 130; ++size)
        digests.insert(sha256(std::string(size, '\xff')));
    CHECK(digests.size() == 131);
}
