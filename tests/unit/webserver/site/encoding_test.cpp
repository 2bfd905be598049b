#include "webserver/site/encoding.h"

#include "catch.h"

#include <string>

using webserver::accepted_codings;

namespace {

/// "br gzip"
std::string names(std::string_view accept_encoding)
{
    std::string text;
    for (const auto& coding : accepted_codings(accept_encoding))
        text += (text.empty() ? "" : " ") + std::string(coding.name);
    return text;
}

} // namespace

TEST_CASE("The coding with the highest weight is chosen, and of equal ones the smallest",
          "[webserver][encoding]")
{
    struct Row {
        const char *field, *codings;
    };
    for (const auto& [field, codings] : {
             Row{"gzip", "gzip"},
             {"br", "br"},
             {"zstd", "zstd"},
             {"gzip, deflate, br, zstd", "br zstd gzip"}, // as browsers send it
             {"gzip, deflate, br", "br gzip"},
             {"gzip,br", "br gzip"},
             {"GZIP, Br", "br gzip"}, // RFC 9110 §8.4.1
             {"x-gzip", "gzip"},      // §8.4.1.3
             {"X-GZip", "gzip"},
             {"deflate, compress", ""},
             {"gzipx, xbr, g", ""},
             {"", ""}, // only identity, §12.5.3
             {",", ""},
             {", ,gzip, ,", "gzip"},
             {"*", "br zstd gzip"},
             {"identity", ""},
             {"identity, gzip", "gzip"}, // equal weights: the smaller one

             {"gzip;q=1", "gzip"}, // §12.4.2
             {"gzip;q=1.000, br;q=0.999", "gzip br"},
             {"gzip;q=0.9, br;q=0.8, zstd;q=1.0", "zstd gzip br"},
             {"br;q=0.001", "br"},
             {"br;q=0.5, gzip;q=0.5", "br gzip"},
             {"gzip;q=0.5, br;q=0.5", "br gzip"},
             {"br ; q=0.1 , gzip\t;\tq=0.2", "gzip br"},
             {"br;Q=0.1, gzip;Q=0.2", "gzip br"},
             {"br;q=0, gzip", "gzip"},
             {"br;q=0.0", ""},
             {"br;q=0.000", ""},
             {"gzip;q=0", ""},
             {"x-gzip;q=0.5, br;q=0.4", "gzip br"},

             {"*;q=0", ""},
             {"*;q=0.5", "br zstd gzip"},
             {"br, *;q=0", "br"},
             {"*;q=0, br", "br"},
             {"*, br;q=0", "zstd gzip"},
             {"br;q=0, *", "zstd gzip"},
             {"gzip, *;q=0.1", "gzip br zstd"},
             {"*;q=0.9, gzip;q=1", "gzip br zstd"},

             {"identity;q=1, gzip;q=0.5", ""}, // identity has the higher weight
             {"identity;q=0.5, gzip;q=0.5", "gzip"},
             {"identity;q=0.5, gzip;q=0.4, br;q=0.6", "br"},
             {"identity;q=0, gzip;q=0.1", "gzip"},
             {"identity;q=0", ""},               // no other coding is listed
             {"gzip;q=0.1, *;q=0.5", "br zstd"}, // "*" gives identity a higher weight than gzip
             {"gzip;q=0.1", "gzip"},             // identity, not listed, has the lowest weight
         }) {
        CAPTURE(field);
        CHECK(names(field) == codings);
    }
}

TEST_CASE("Without Accept-Encoding nothing is compressed", "[webserver][encoding]") {}

TEST_CASE("A coding with a malformed weight is not accepted", "[webserver][encoding]")
{
    for (const char* weight : {"q",     "q=",    "q=1.1", "q=2",   "q=-1",     "q=-0.1",  "q=abc",
                               "q=nan", "q=inf", "q=0x1", "q==1",  "q=1 1",    "q=1;q=1", "p=1",
                               "1",     "=1",    "q=0,5", "q=1e9", "q=1.0001", "x;q=1",   "qq=1"}) {
        CAPTURE(weight);
        CHECK(names("br, gzip;" + std::string(weight)) == "br");
    }
}

TEST_CASE("Weights differ to the thousandth", "[webserver][encoding]")
{
    const auto thousandths = [](int weight) { return std::to_string(1000 + weight).substr(1); };
    for (int weight = 1; weight < 999; ++weight) {
        const std::string less = "0." + thousandths(weight);
        const std::string more = "0." + thousandths(weight + 1);
        CAPTURE(less, more);
        REQUIRE(names("br;q=" + less + ", gzip;q=" + more) == "gzip br");
        REQUIRE(names("br;q=" + more + ", gzip;q=" + less) == "br gzip");
        REQUIRE(names("br;q=" + less + ", identity;q=" + more).empty());
        REQUIRE(names("br;q=" + less + ", identity;q=" + less) == "br");
    }
}

TEST_CASE("Each coding has its tool's file name suffix", "[webserver][encoding]")
{
    std::string table;
    for (const auto& coding : accepted_codings("*"))
        table += std::string(coding.name) + std::string(coding.suffix) + " ";
    CHECK(table == "br.br zstd.zst gzip.gz ");
}
