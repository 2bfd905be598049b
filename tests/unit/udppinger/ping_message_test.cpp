#include "udppinger/ping_message.h"

#include "catch.h"

using namespace udppinger;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_CASE("A ping has the text of the lab", "[udppinger][ping_message]")
{
    MessageWriter writer(ping_word, 0);
    CHECK(writer.write(1, 1700000000s + 123456us) == "Ping 1 1700000000.123456");
    CHECK(writer.write(2, 1700000001s + 7us) == "Ping 2 1700000001.000007");
    CHECK(writer.write(10, 0s) == "Ping 10 0.000000");
    CHECK(writer.write(UINT64_MAX, 1s) == "Ping 18446744073709551615 1.000000");
    CHECK(MessageWriter(heartbeat_word, 0).write(3, 5s) == "Heartbeat 3 5.000000");
}

TEST_CASE("A ping is filled up to its size and never cut", "[udppinger][ping_message]")
{
    for (const std::size_t size : {24U, 25U, 26U, 40U, 1024U, 65507U}) {
        CAPTURE(size);
        MessageWriter writer(ping_word, size);
        const std::string text(writer.write(1, 1700000000s));
        CHECK(text.size() == size);
        CHECK(text.starts_with("Ping 1 1700000000.000000"));
        if (size > 24) CHECK(text[24] == ' ');
        if (size > 25) CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 25) == text.npos);
    }
    CHECK(MessageWriter(ping_word, 10).write(1, 1700000000s).size() == 24);
}

TEST_CASE("A ping has the same text at every call", "[udppinger][ping_message]")
{
    MessageWriter writer(ping_word, 60);
    const std::string tenth(writer.write(10, 1700000000s));
    const std::string ninth(writer.write(9, 1600000000s));
    CHECK(writer.write(10, 1700000000s) == tenth);
    MessageWriter other(ping_word, 60);
    for (const auto& [number, time, text] :
         {std::tuple{9ULL, 1600000000s, ninth}, {10ULL, 1700000000s, tenth}})
        CHECK(parse_message(other.write(number, time))->filling.size() == 60 - 24 - number / 10);
}

TEST_CASE("A message is parsed in any case of letters", "[udppinger][ping_message]")
{
    const std::string bytes = "PING 12 1700000000.123456 ABC D\0\0"s;
    const auto ping = parse_message(bytes);
    REQUIRE(ping);
    CHECK(ping->word == "PING");
    CHECK(ping->number == 12);
    CHECK(ping->number_text == "12");
    CHECK(ping->time == 1700000000s + 123456us);
    CHECK(ping->time_text == "1700000000.123456");
    CHECK(ping->filling == " ABC D");
    CHECK(parse_message("heartbeat 3 5")->time == 5s);
    CHECK(parse_message("ping 0 5.5")->time == 5500ms);
    CHECK(parse_message("ping 0 5.1234569")->time == 5s + 123456us);
}

TEST_CASE("The size of a time tells its unit; it fits 64 bits of nanoseconds",
          "[udppinger][ping_message]")
{
    struct Row {
        const char* text;
        std::chrono::microseconds time;
        const char* unit;
    };
    for (const auto& [text, time, unit] :
         {Row{"0", 0s, "seconds"},
          {"9000000000.999999", 9'000'000'000s + 999'999us, "seconds"},
          {"9000000001", 9'000'000'001ms, "milliseconds"},
          {"1700000000123", 1'700'000'000'123ms, "milliseconds"},
          {"1700000000123.4567", 1'700'000'000'123'456us, "milliseconds"},
          {"1700000000123456", 1'700'000'000'123'456us, "microseconds"},
          {"1700000000123456789", 1'700'000'000'123'456us, "nanoseconds"},
          {"9000000000999999999", 9'000'000'000'999'999us, "nanoseconds"}}) {
        CAPTURE(text);
        const auto message = parse_message("Heartbeat 1 "s + text);
        REQUIRE(message);
        REQUIRE(message->time);
        CHECK(*message->time == time);
        CHECK(message->unit == unit);
        CHECK(*message->time < std::chrono::nanoseconds::max());
    }
}

TEST_CASE("A message may have a line end, and a time that is unreadable",
          "[udppinger][ping_message]")
{
    for (const auto& text : {"PING 0 1700000000123 \r\n"s, "Ping 0 1700000000123\n\0\0"s,
                             "ping 0 1700000000123\r\n"s}) {
        CAPTURE(text);
        const auto message = parse_message(text);
        REQUIRE(message);
        CHECK(message->number == 0);
        CHECK(message->time == 1'700'000'000'123ms);
    }
    for (const char* time :
         {"", " ", " x", " 1.", " .5", " 1.5x", " -1", " 18446744073709551615", " nan", " 1e5",
          " 9223372036854775807.9", " 99999999999999999999", " Fri Nov 27 12:00:00", " 12:00:00"}) {
        CAPTURE(time);
        const std::string text = "Heartbeat 1"s + time;
        REQUIRE(parse_message(text));
        CHECK_FALSE(parse_message(text)->time);
        CHECK(is_heartbeat(text));
    }
}

TEST_CASE("Invalid messages are rejected", "[udppinger][ping_message]")
{
    for (const auto& text :
         {""s, " "s, "\r\n"s, "Ping"s, "Ping "s, "Ping\r\n"s, "Ping x 1.5"s, "Ping -1 1.5"s,
          "Ping +1 1.5"s, "Ping  1 1.5"s, "Pong 1 1.5"s, "Pin 1 1.5"s, "Ping1 1.5"s, "1 1.5"s,
          "Ping 18446744073709551616 1.5"s, "Ping\0 1 1.5"s, "\0\0\0"s}) {
        CAPTURE(text);
        CHECK_FALSE(parse_message(text));
    }
}

TEST_CASE("A heartbeat has its word and a number", "[udppinger][ping_message]")
{
    CHECK(is_heartbeat("Heartbeat 1 1700000000.123456"));
    CHECK(is_heartbeat("HEARTBEAT 1 5"));
    CHECK_FALSE(is_heartbeat("Heartbeat"));
    CHECK_FALSE(is_heartbeat("Heartbeat x"));
    CHECK_FALSE(is_heartbeat("Heartbeats 1 5"));
    CHECK_FALSE(is_heartbeat("Ping 1 5"));
    CHECK_FALSE(is_heartbeat(""));
}

TEST_CASE("An answer is the same text, as the servers of the labs return it",
          "[udppinger][ping_message]")
{
    const std::string sent = "Ping 1 1700000000.123456 abc";
    CHECK(answers("Ping 1 1700000000.123456 abc", sent));
    CHECK(answers("PING 1 1700000000.123456 ABC", sent));
    CHECK(answers(sent + std::string(1024 - sent.size(), '\0'), sent)); // Java's whole buffer
    CHECK(answers(sent + "\0"s, sent));
    CHECK(answers(sent + "\r\n", sent));
    CHECK(answers(sent + "\n\0\0"s, sent));
    CHECK_FALSE(answers(sent + "\n\n", sent));
    CHECK_FALSE(answers("", sent));
    CHECK_FALSE(answers("PING 2 1700000000.123456 ABC", sent));
    CHECK_FALSE(answers("PING 1 1700000000.123457 ABC", sent));
    CHECK_FALSE(answers("PING 1 1700000000.123456 AB", sent));
    CHECK_FALSE(answers("PING 1 1700000000.123456 ABCD", sent));
    CHECK_FALSE(answers("\0"s + sent, sent));
}

TEST_CASE("An answer may be cut anywhere after the number", "[udppinger][ping_message]")
{
    const std::string sent = "Ping 12 1700000000.123456";
    for (std::size_t size = 0; size <= sent.size(); ++size) {
        CAPTURE(size);
        CHECK(is_cut_answer(sent.substr(0, size), sent) == (size >= 7 && size < sent.size()));
        CHECK(answers(sent.substr(0, size), sent) == (size == sent.size()));
    }
    CHECK(is_cut_answer("PING 12 17\r\n", sent));
    CHECK(is_cut_answer("PING 12 17\0\0\0"s, sent));
    CHECK_FALSE(is_cut_answer("PING 12 18", sent));
    CHECK_FALSE(is_cut_answer(sent + "7", sent));
    const std::string filled(MessageWriter(ping_word, 2000).write(1, 1700000000s));
    CHECK(is_cut_answer(filled.substr(0, 1024), filled)); // the buffer of the lab's servers
}

TEST_CASE("A damaged answer is more similar to its ping than to others",
          "[udppinger][ping_message]")
{
    const std::string sent = "Ping 5 1700000000.123456";
    CHECK(similarity("PING 5 1700000000.123456", sent) == 1);
    CHECK(similarity("QING 5 1700000000.123456", sent) > 0.9);
    CHECK(similarity("PING 4 1700000000.123456", sent) > 0.9);
    CHECK(similarity("PING 5 1700000000.12345", sent) == 1);
    CHECK(similarity("PING 5 1700000000.123456 and more", sent) == 1);
    CHECK(similarity("PING 5 1612345678.987654", sent) < 0.75);
    CHECK(similarity("hello", sent) == 0);
    CHECK(similarity("", sent) == 0);
    CHECK(similarity("PING 5", sent) == 0); // too short to compare
}
