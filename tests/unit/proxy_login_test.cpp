#include "proxy/login.h"

#include "common/error.h"
#include "tests/unit/scratch.h"

using proxy::base64;
using proxy::Login;

TEST_CASE("Base64 is as the standard's examples have it", "[proxy][login]")
{
    CHECK(base64("").empty()); // RFC 4648 §10
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("fooba") == "Zm9vYmE=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("Without a login everybody is right", "[proxy][login]")
{
    CHECK_FALSE(Login("").is_asked_for());
    CHECK(Login("").accepts(std::nullopt));
    CHECK(Login("").accepts("nonsense"));
}

TEST_CASE("The login is the user and the file's first line", "[proxy][login]")
{
    const Scratch folder;
    const auto file = folder.write("password", "open sesame\r\nsecond line\n").string();
    const Login login("Aladdin:" + file); // RFC 7617 §2
    CHECK(login.accepts("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    CHECK(login.accepts("bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    for (const char* wrong : {"", "Basic", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
                              "QWxhZGRpbg==", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==", "Digest x"})
        CHECK_FALSE(login.accepts(wrong));
    CHECK_FALSE(login.accepts(std::nullopt));
    CHECK_THROWS_AS(Login("nobody"), net::Error);
    CHECK_THROWS_AS(Login(":" + file), net::Error);
    CHECK_THROWS_AS(Login("a:/nonexistent"), net::Error);
}
