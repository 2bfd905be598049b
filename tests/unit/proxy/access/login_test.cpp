#include "proxy/access/login.h"

#include "common/error.h"
#include "tests/unit/scratch.h"

using proxy::BasicLogin;

TEST_CASE("Without a required login, every request is accepted", "[proxy][login]")
{
    CHECK_FALSE(BasicLogin("").is_required());
    CHECK(BasicLogin("").accepts(std::nullopt));
    CHECK(BasicLogin("").accepts("nonsense"));
}

TEST_CASE("The password is the file's first line", "[proxy][login]")
{
    const Scratch folder;
    const auto file = folder.write("password", "open sesame\r\nsecond line\n").string();
    const BasicLogin login("Aladdin:" + file); // RFC 7617 §2
    CHECK(login.accepts("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    CHECK(login.accepts("bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    for (const char* wrong : {"", "Basic", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
                              "QWxhZGRpbg==", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==", "Digest x"})
        CHECK_FALSE(login.accepts(wrong));
    CHECK_FALSE(login.accepts(std::nullopt));
    CHECK_THROWS_AS(BasicLogin("nobody"), net::Error);
    CHECK_THROWS_AS(BasicLogin(":" + file), net::Error);
    CHECK_THROWS_AS(BasicLogin("a:/nonexistent"), net::Error);
}
