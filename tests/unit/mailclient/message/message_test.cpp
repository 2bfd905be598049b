#include "mailclient/message/message.h"

#include <sys/stat.h>

#include "catch.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include "common/text/ascii.h"
#include "mailclient/failure.h"
#include "mailclient/message/dot_stuffer.h"
#include "mailclient/message/message_id.h"
#include "mailclient/message/message_reader.h"
#include "tests/unit/scratch.h"

using namespace std::string_literals;

namespace {

mail::Draft draft(const std::string& text)
{
    return {.from = {"Ada", "ada", "example.org"},
            .to = {{"", "bob", "example.org"}},
            .subject = "Hello",
            .text = text,
            .date = "Sun, 22 Nov 2026 12:00:00 +0000",
            .message_id = "<1@example.org>",
            .boundary = "b"};
}

std::string text_of(const mail::Message& message)
{
    std::string text;
    message.write([&](std::string_view bytes) { text += bytes; });
    CHECK(text.size() == message.size());
    CHECK(mail::text_problem(text) == "");
    return text;
}

struct Read {
    mail::Mailbox sender;
    std::vector<mail::Mailbox> recipients;
    std::string text;
};

std::vector<Read> read(mail::InputFormat format, std::string_view bytes,
                       const mail::Senders& senders)
{
    mail::MessageReader reader(format, senders);
    while (!bytes.empty()) {
        const auto line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
        reader.process(line);
        bytes.remove_prefix(line.size());
    }
    std::vector<Read> all;
    for (const mail::ParsedMessage& parsed : reader.finish()) {
        mail::Message message(parsed.header);
        message.add(parsed.body);
        all.push_back({parsed.sender, parsed.recipients, text_of(message)});
    }
    return all;
}

Read parsed_message(std::string_view bytes, const mail::Senders& senders)
{
    return read(mail::InputFormat::sendmail, bytes, senders).front();
}

Read raw_message(std::string_view bytes, const mail::Senders& senders)
{
    return read(mail::InputFormat::raw, bytes, senders).front();
}

std::string stuffed(const std::vector<std::string>& pieces)
{
    std::string wire;
    mail::DotStuffer stuffer([&](std::string_view bytes) { wire += bytes; });
    for (const std::string& piece : pieces)
        stuffer.write(piece);
    stuffer.finish();
    return wire;
}

} // namespace

TEST_CASE("An ASCII message is sent without encoding", "[mailclient]")
{
    CHECK(text_of(compose(draft("Hi\n.\n"), {})) == "Date: Sun, 22 Nov 2026 12:00:00 +0000\r\n"
                                                    "From: Ada <ada@example.org>\r\n"
                                                    "To: bob@example.org\r\n"
                                                    "Subject: Hello\r\n"
                                                    "Message-ID: <1@example.org>\r\n"
                                                    "MIME-Version: 1.0\r\n"
                                                    "Content-Type: text/plain; charset=us-ascii\r\n"
                                                    "Content-Transfer-Encoding: 7bit\r\n"
                                                    "\r\n"
                                                    "Hi\r\n.\r\n");
}

TEST_CASE("The encoding of a text depends on the server and the text's lines", "[mailclient]")
{
    struct Row {
        std::string text;
        bool eight_bit;
        std::string charset;
        std::string encoding;
        std::string body;
    };
    const auto row = GENERATE(values<Row>({
        {"é", true, "utf-8", "8bit", "é\r\n"},
        {"é", false, "utf-8", "quoted-printable", "=C3=A9\r\n"},
        {"\xe9", true, "unknown-8bit", "8bit", "\xe9\r\n"},
        {"a\rb", true, "us-ascii", "quoted-printable", "a=0Db\r\n"},
        {"a\0b"s, true, "us-ascii", "quoted-printable", "a=00b\r\n"},
        {"a\r\nb\n", true, "us-ascii", "7bit", "a\r\nb\r\n"},
        {std::string(998, 'x'), true, "us-ascii", "7bit", std::string(998, 'x') + "\r\n"},
        {std::string(999, 'x'), true, "us-ascii", "quoted-printable", "xxx=\r\nxxx"},
        {"", true, "us-ascii", "7bit", "\r\n\r\n"},
    }));
    CAPTURE(row.text);
    const auto message = compose(draft(row.text), {.eight_bit = row.eight_bit});
    const std::string text = text_of(message);
    CHECK_THAT(text, Contains("charset=" + row.charset +
                              "\r\nContent-Transfer-Encoding: " + row.encoding + "\r\n\r\n") &&
                         Contains(row.body));
    CHECK(message.is_8bit() == (row.encoding == "8bit"));
}

TEST_CASE("Text and HTML are alternatives, attachments follow them", "[mailclient]")
{
    const Scratch scratch;
    auto whole = draft("plain");
    whole.html = "<b>rich</b>";
    whole.attachments.emplace_back(scratch.write("ü.PNG", std::string(100, '\xff')).string());
    const std::string text = text_of(compose(whole, {}));
    const auto at = [&](const std::string& part) {
        CAPTURE(part);
        const auto found = text.find(part);
        CHECK(found != std::string::npos);
        return found;
    };
    CHECK(at("multipart/mixed") < at("multipart/alternative"));
    CHECK(at("multipart/alternative") < at("text/plain"));
    CHECK(at("text/plain") < at("text/html"));
    CHECK(at("--=_alternative_b--\r\n") < at("image/png"));
    CHECK(at("filename*=utf-8''%C3%BC.PNG") < at("/////"));
    CHECK(text.ends_with("\r\n--=_mixed_b--\r\n"));
}

TEST_CASE("A multipart that contains an 8bit part is marked 8bit", "[mailclient]")
{
    const Scratch scratch;
    auto whole = draft("Grüße");
    whole.html = "<b>rich</b>";
    whole.attachments.emplace_back(scratch.write("a.bin", "\xff").string());
    const std::string mixed = "boundary=\"=_mixed_b\"\r\n";
    const std::string alternative = "boundary=\"=_alternative_b\"\r\n";
    const std::string encoding = "Content-Transfer-Encoding: 8bit\r\n\r\n";
    CHECK_THAT(text_of(compose(whole, {.eight_bit = true})),
               Contains(mixed + encoding) && Contains(alternative + encoding));
    CHECK_THAT(text_of(compose(whole, {})),
               Contains(mixed + "\r\n") && Contains(alternative + "\r\n"));
    whole.text = "ASCII";
    CHECK_THAT(text_of(compose(whole, {.eight_bit = true})),
               Contains(mixed + "\r\n") && Contains(alternative + "\r\n"));
}

TEST_CASE("A header that is not ASCII is detected, whatever the body is", "[mailclient]")
{
    CHECK(mail::Message("Subject: é\r\n\r\n").has_utf8_header());
    CHECK_FALSE(mail::Message("Subject: e\r\n\r\né\r\n").has_utf8_header());
    CHECK_FALSE(mail::Message("\r\né\r\n\r\n").has_utf8_header());
    auto whole = draft("é");
    CHECK_FALSE(compose(whole, {.eight_bit = true}).has_utf8_header());
    whole.cc = {{"", "jürgen", "example.org"}};
    CHECK(compose(whole, {}).has_utf8_header());
}

TEST_CASE("A message can have only HTML", "[mailclient]")
{
    auto html = draft("");
    html.text.reset();
    html.html = "<b>rich</b>";
    CHECK_THAT(text_of(compose(html, {})),
               Contains("Content-Type: text/html; charset=us-ascii") && !Contains("multipart"));
}

TEST_CASE("A missing attachment or one that is not a regular file is an error at once",
          "[mailclient]")
{
    const Scratch scratch;
    CHECK_THROWS_WITH(mail::Attachment("/no/such/file"),
                      Contains("read /no/such/file: No such file"));
    CHECK_THROWS_WITH(mail::Attachment(scratch.path().string()), Contains("not a regular file"));
    CHECK_THROWS_WITH(mail::Attachment("/dev/null"), Contains("not a regular file"));
}

TEST_CASE("A pipe is read to its end, even if the writer is slow", "[mailclient]")
{
    const Scratch scratch;
    const std::string pipe = (scratch.path() / "pipe").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    std::thread writer([&] {
        std::ofstream file(pipe);
        file << "<b>" << std::flush;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        file << "Hi</b>";
    });
    CHECK(mail::read_all(pipe) == "<b>Hi</b>");
    writer.join();
    CHECK_THROWS_WITH(mail::Attachment(pipe), Contains("not a regular file"));
}

TEST_CASE("The charset of a text attachment is named if its bytes are UTF-8", "[mailclient]")
{
    struct Row {
        std::string name;
        std::string bytes;
        std::string type;
    };
    const std::string much(65'535, 'a');
    const auto row = GENERATE_COPY(values<Row>({
        {"a.txt", "Hi\n", "text/plain; charset=utf-8"},
        {"a.txt", "Gr\u00fc\u00dfe\n", "text/plain; charset=utf-8"},
        {"a.csv", "", "text/csv; charset=utf-8"},
        {"a.txt", much + "\u00fc", "text/plain; charset=utf-8"}, // cut within a character
        {"a.txt", much + "\xfc\n", "text/plain; charset=utf-8"}, // ends the first 64 KiB
        {"a.txt", "Gr\xfc\xdf\n", "text/plain"},
        {"a.txt", "\xff\xfeH\0i\0"s, "text/plain"},
        {"a.txt", "H\0i\0"s, "text/plain"},
        {"a.png", "Hi\n", "image/png"},
    }));
    const Scratch scratch;
    mail::Draft whole = draft("Hi");
    whole.attachments.emplace_back(scratch.write(row.name, row.bytes).string());
    CAPTURE(row.name, row.bytes.substr(0, 10));
    CHECK_THAT(text_of(mail::compose(whole, {})),
               Contains("\r\nContent-Type: " + row.type + "\r\n"));
}

TEST_CASE("An attachment that shrinks during sending is an error, one that grows is cut",
          "[mailclient]")
{
    const Scratch scratch;
    const auto path = scratch.write("a.bin", std::string(100, 'a'));
    const mail::Attachment attachment(path.string());
    scratch.write("a.bin", std::string(50, 'a'));
    CHECK_THROWS_WITH(attachment.write_base64([](std::string_view) {}), Contains("became shorter"));
    scratch.write("a.bin", std::string(200, 'a'));
    std::string lines;
    attachment.write_base64([&](std::string_view piece) { lines += piece; });
    CHECK(lines.size() == 140);
}

TEST_CASE("Dots at the start of lines are doubled, wherever the pieces are split", "[mailclient]")
{
    struct Row {
        std::string text;
        std::string wire;
    };
    const auto row = GENERATE(values<Row>({
        {"", ".\r\n"},
        {"a\r\n", "a\r\n.\r\n"},
        {"a", "a\r\n.\r\n"},
        {".\r\n", "..\r\n.\r\n"},
        {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
        {"a\r\n..\r\n...\r\n", "a\r\n...\r\n....\r\n.\r\n"},
        {"a.b\r\n.c", "a.b\r\n..c\r\n.\r\n"},
        {"\r\n.\r\n.\r\n", "\r\n..\r\n..\r\n.\r\n"},
        {"\r\n\r\n.", "\r\n\r\n..\r\n.\r\n"},
    }));
    CAPTURE(row.text);
    CHECK(stuffed({row.text}) == row.wire);
    for (std::size_t i = 0; i <= row.text.size(); ++i)
        for (std::size_t j = i; j <= row.text.size(); ++j) {
            CAPTURE(i, j);
            CHECK(stuffed({row.text.substr(0, i), row.text.substr(i, j - i), row.text.substr(j)}) ==
                  row.wire);
        }
}

TEST_CASE("Line ends become CR LF, and nothing else changes", "[mailclient]")
{
    CHECK(mail::with_crlf("") == "");
    CHECK(mail::with_crlf("a") == "a\r\n");
    CHECK(mail::with_crlf("a\nb\r\n\nc\r\rd\n") == "a\r\nb\r\n\r\nc\r\rd\r\n");
}

TEST_CASE("Bytes that cannot be sent are reported with their line", "[mailclient]")
{
    CHECK(mail::text_problem("a\r\nb\r\n") == "");
    CHECK(mail::text_problem(std::string(998, 'x') + "\r\n") == "");
    CHECK_THAT(mail::text_problem("a\r\n" + std::string(999, 'x')),
               Contains("line 2 is longer than 998"));
    CHECK_THAT(mail::text_problem("a\0b\r\n"s), Contains("NUL"));
    CHECK_THAT(mail::text_problem("a\rb\r\n"), Contains("CR"));
    CHECK_THAT(mail::text_problem("a\nb\r\n"), Contains("LF"));
}

TEST_CASE("Header fields are parsed and unfolded", "[mailclient]")
{
    const std::string text =
        "Subject: a\r\n b\r\n\tc\r\nTO : x@y.example\r\nEmpty:\r\n\r\nNot: this\r\n";
    const auto fields = mail::header_fields(text);
    REQUIRE(fields.size() == 3);
    CHECK(fields[0].name == "Subject");
    CHECK(fields[0].value == "a b\tc");
    CHECK(fields[0].text == "Subject: a\r\n b\r\n\tc\r\n");
    CHECK(fields[1].name == "TO");
    CHECK(fields[1].value == "x@y.example");
    CHECK(fields[2].value == "");
    CHECK(mail::header_fields("\r\nTo: a\r\n").empty());
    CHECK(mail::header_fields("").empty());
}

TEST_CASE("-t: recipients from the header; Bcc is removed, missing fields are added",
          "[mailclient]")
{
    const auto parsed =
        parsed_message("To: a@x.example,\n b@x.example\nCc: \"C, D\" <c@x.example>\n"
                       "bcc: eve@x.example,\n gus@x.example\nFrom: me@x.example\n"
                       "Subject: s\n\nBcc: in the text\n",
                       {});
    std::string all;
    for (const auto& recipient : parsed.recipients)
        all += mail::spec(recipient) + " ";
    CHECK(all == "a@x.example b@x.example c@x.example eve@x.example gus@x.example ");
    CHECK(mail::spec(parsed.sender) == "me@x.example");
    CHECK_THAT(parsed.text, StartsWith("Date: ") && Contains("Message-ID: <") &&
                                Contains("\r\n\r\nBcc: in the text\r\n") &&
                                !Contains("eve@x.example") && !Contains("gus@x.example"));
}

TEST_CASE("-t: a resent message goes to the Resent- recipients", "[mailclient]")
{
    const auto parsed = parsed_message("Resent-To: new@x.example\nResent-From: me@x.example\n"
                                       "Resent-Bcc: hidden@x.example\nTo: old@x.example\n"
                                       "From: she@x.example\nDate: x\nMessage-ID: <1@x>\n\n",
                                       {});
    REQUIRE(parsed.recipients.size() == 2);
    CHECK(parsed.recipients[0].local == "new");
    CHECK(parsed.recipients[1].local == "hidden");
    CHECK(parsed.sender.local == "me");
    CHECK_THAT(parsed.text, StartsWith("Resent-To") && !Contains("hidden"));
}

TEST_CASE("-t: a message may have an empty header", "[mailclient]")
{
    const auto parsed = parsed_message("\nJust text\n", {.fallback = "me@x.example"});
    CHECK(parsed.recipients.empty());
    CHECK_THAT(parsed.text,
               Contains("From: me@x.example\r\n") && Contains("\r\n\r\nJust text\r\n"));
    CHECK_THROWS_WITH(parsed_message("\nJust text\n", {}), Contains("no From field"));
}

TEST_CASE("A header line that is not a field is an error, as it could hide a Bcc", "[mailclient]")
{
    for (const std::string line : {"X broken", " folded", ":", "Bcc hidden: x"}) {
        CAPTURE(line);
        const std::string message = line + "\nFrom: a@x.example\nBcc: b@x.example\n\nHi\n";
        const auto words = Contains("not a field: '" + line + "'");
        CHECK_THROWS_WITH(parsed_message(message, {}), words);
        CHECK_THROWS_WITH(raw_message(message, {}), words);
    }
    const std::string mbox = "From a Sun Nov 22\r\nFrom: a@x.example\nBcc: bob@x.example\n\nHi\n";
    const auto parsed = parsed_message(mbox, {});
    CHECK(parsed.recipients.size() == 1);
    CHECK_THAT(parsed.text, !Contains("bob@x.example") && !Contains("From a "));
    CHECK_THROWS_WITH(raw_message(mbox, {}), Contains("has a Bcc field"));
}

TEST_CASE("--raw: bytes are sent unchanged or refused", "[mailclient]")
{
    const mail::Senders me{.preferred = "me@x.example"};
    const auto raw_text = [&](const std::string& text) { return raw_message(text, me).text; };
    CHECK(raw_text("Subject: é\n\n\xff\n") == "Subject: é\r\n\r\n\xff\r\n");
    CHECK_THROWS_WITH(raw_text("Subject: \xe9\n\n"), Contains("not UTF-8: 'Subject: \\xe9'"));
    CHECK(raw_text("From a\nA: b\n") == "A: b\r\n");
    CHECK(raw_text("From a") == "");
    CHECK_THROWS_WITH(raw_text("From a\nFrom b\nA: b\n"), Contains("From b")); // one only
    CHECK_THROWS_WITH(raw_text("To: a\nBCC: b@x.example\n\n"), Contains("Bcc"));
    CHECK_THROWS_WITH(raw_text("a\0"s), Contains("NUL"));
    CHECK_THROWS_WITH(raw_text("A: b\rc\n"), Contains("CR"));
}

TEST_CASE("A message for sendmail is completed, and its Bcc removed", "[mailclient]")
{
    struct Row {
        std::string text;
        std::string expected; // without Date and Message-ID
    };
    const std::string added = "From: Ada <me@x.example>\r\n";
    const auto row = GENERATE_COPY(values<Row>({
        {"From: a@x.example\nTo: junk\nBcc: eve@x.example\n\nHi\n",
         "From: a@x.example\r\nTo: junk\r\n\r\nHi\r\n"},
        {"Subject: s\n\nHi\n", added + "Subject: s\r\n\r\nHi\r\n"},
        {"Hi\n", added + "\r\nHi\r\n"},
        {"\nHi\n", added + "\r\nHi\r\n"},
        {" Hi\n", added + "\r\n Hi\r\n"},
        {"", added + "\r\n"},
        {"From ada Sun Nov 22 10:00:00 2026\nHi\n", added + "\r\nHi\r\n"},
    }));
    CAPTURE(row.text);
    const mail::Senders me{.preferred = "me@x.example", .name = "Ada"};
    const auto completed = [&](const std::string& text) {
        return read(mail::InputFormat::submission, text, me).front();
    };
    CHECK_THROWS_WITH(completed("Hi: there\nBcc\n"), Contains("'Bcc'"));
    CHECK(completed(row.text).recipients.empty());
    std::string text = completed(row.text).text;
    for (const std::string name : {"Date: ", "Message-ID: "}) {
        const auto begin = text.find(name);
        REQUIRE(begin != std::string::npos);
        text.erase(begin, text.find('\n', begin) + 1 - begin);
    }
    CHECK(text == row.expected);
}

TEST_CASE("The null sender of a complete message is not in its header", "[mailclient]")
{
    for (const std::string null : {"", "<>"}) {
        const auto given = parsed_message("From: a@x.example\n\n", {.preferred = null});
        CHECK(mail::spec(given.sender).empty());
        const auto added =
            parsed_message("Subject: s\n\n", {.preferred = null, .fallback = "c@x.example"});
        CHECK(mail::spec(added.sender).empty());
        CHECK_THAT(added.text, Contains("From: c@x.example\r\n"));
        CHECK_THROWS_WITH(parsed_message("Subject: s\n\n", {.preferred = null}),
                          Contains("a null sender cannot give"));
    }
}

TEST_CASE("Only a text with a usual field and an empty line begins with a header", "[mailclient]")
{
    struct Row {
        std::string text;
        bool expected;
    };
    const auto row = GENERATE(values<Row>({
        {"Subject: s\n\n", true},
        {"From: a\r\nTo: b\r\n\r\nHi\r\n", true},
        {"X-Loop: 1\nReceived: from a\n by b\n\n", true},
        {"From ada Sun Nov 22 10:00:00 2026\nsubject: s\n\n", true},
        {"", false},
        {"\n", false},
        {"Hello\n", false},
        {"Hello Bob,\n\nSubject: s\n\n", false},
        {"Subject: s\n", false},
        {"Subject: s\nand more\n\n", false},
        {"Note: call me\n\nAda\n", false},
        {"Dear Bob:\n\nHi\n", false},
        {" folded\nSubject: s\n\n", false},
        {"From here on\n\n", false},
        {"From the desk of: Ada\n\n", false},
    }));
    CAPTURE(row.text);
    CHECK(mail::begins_with_header(row.text) == row.expected);
}

TEST_CASE("The sender of a complete message: --from, the header, or $EMAIL", "[mailclient]")
{
    struct Row {
        std::string header;
        mail::Senders senders;
        std::string sender; // or the error
    };
    const std::string from = "From: a@x.example\n";
    const std::string both = from + "Sender: b@x.example\n";
    const auto row = GENERATE_COPY(values<Row>({
        {from, {}, "a@x.example"},
        {both, {}, "b@x.example"},
        {"From: a@x.example, b@x.example\n", {}, "a@x.example"},
        {both, {.preferred = "c@x.example"}, "c@x.example"},
        {"From: junk\n", {.preferred = "c@x.example"}, "c@x.example"},
        {from, {.fallback = "junk"}, "a@x.example"},
        {"From: root\n", {.domain = "x.example"}, "root@x.example"},
        {"From: root\n", {.preferred = "ada", .domain = "x.example"}, "ada@x.example"},
        {"Sender: b@x.example\n", {.fallback = "c@x.example"}, "b@x.example"},
        {"Subject: s\n", {.fallback = "c@x.example"}, "c@x.example"},
        {"Subject: s\n", {.fallback = "junk"}, "'junk' is not a valid mail address"},
        {"From: junk\n", {.fallback = "c@x.example"}, "'junk' is not a valid mail address"},
        {"Subject: s\n", {}, "no From field"},
    }));
    CAPTURE(row.header, row.senders.preferred, row.senders.fallback);
    for (const auto& read : {&parsed_message, &raw_message})
        if (row.sender.find('@') != std::string::npos)
            CHECK(mail::spec(read(row.header, row.senders).sender) == row.sender);
        else
            CHECK_THROWS_WITH(read(row.header, row.senders), Contains(row.sender));
}

TEST_CASE("An mbox is split into messages", "[mailclient]")
{
    const auto messages_of = [](std::string_view bytes) {
        return read(mail::InputFormat::mbox, bytes, {.preferred = "me@x.example"});
    };
    const std::string id = "Date: now\nFrom: a\nMessage-ID: <1@x>\n";
    const std::string id_sent = "Date: now\r\nFrom: a\r\nMessage-ID: <1@x>\r\n";
    const auto messages =
        messages_of("\nFrom a Sun Nov 22 12:00:00 2026\n" + id + "\n\nText\n>From here\n" +
                    ">>From there\nFrom in between\n\nFrom here to there\n\n\nFrom b Sun Nov 22 "
                    "12:00:00 2026\r\n" +
                    id + "\r\nMore\r\n\r\n" + "From c Sun Nov 22 12:00:00 2026\n" + id +
                    "\nFrom d Sun Nov 22 12:00:00 2026\n" + id + "\n\n\xff");
    REQUIRE(messages.size() == 4);
    CHECK(messages[0].text == id_sent + "\r\n\r\nText\r\nFrom here\r\n>From there\r\n"
                                        "From in between\r\n\r\nFrom here to there\r\n\r\n");
    CHECK(messages[1].text == id_sent + "\r\nMore\r\n");
    CHECK(messages[2].text == id_sent + "\r\n");
    CHECK(messages[3].text == id_sent + "\r\n\r\n\xff\r\n");
    CHECK(messages_of("").empty());
    CHECK(messages_of("\n\n").empty());
    CHECK_THROWS_WITH(messages_of("Subject: 1\n"), Contains("not an mbox"));
    CHECK_THROWS_WITH(
        messages_of("From a\n\nText\n\nFrom b\n\nOne\rTwo\n"),
        StartsWith("message 2: the message cannot be sent as it is: line 2 contains a CR"));
    CHECK_THROWS_WITH(messages_of("From a\n\nText\n\nFrom b\nBad\n"), StartsWith("message 2: "));
}

TEST_CASE("A line begins a message of an mbox only if a date ends it", "[mailclient]")
{
    struct Row {
        const char* line;
        bool is_separator;
    };
    for (const auto& [line, is_separator] : {
             Row{"From ada@x.example Sun Nov 22 10:00:00 2026", true},
             {"From ada Sun Nov  2 10:00 2026", true},
             {"From ada Sun Nov 22 10:00:00 MET DST 2026", true},
             {"From ada Sun Nov 22 10:00:00 +0100 2026", true},
             {"From ada Sun Nov 22 10:00:00 2026 +0100", true},
             {"From - Sun Nov 22 10:00:00 2026", true},
             {"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001", true},
             {"From \"a b\"@x.example Sun Nov 22 10:00:00 2026", true},
             {"From MAILER-DAEMON Sun Nov 22 10:00:00 2026\r", true},
             {"From here on, all is text.", false},
             {"From 10:00 to 11:00 the room is taken.", false},
             {"From now on, we meet at 10:00 in 2026.", false},
             {"From Bonn take the 7 08:15 train, 2026", false},
             {"From ada Sun anF 22 10:00:00 2026", false},
             {"From Nov 22 10:00:00 2026", false},
             {"From ada Sun Nov 22 10:00:00", false},
             {"From ada 2026-11-22 10:00:00", false},
             {"from ada Sun Nov 22 10:00:00 2026", false},
             {">From ada Sun Nov 22 10:00:00 2026", false},
         }) {
        for (const std::string before : {"", "\n"}) { // an empty line is not needed
            CAPTURE(line, before);
            const auto messages =
                read(mail::InputFormat::mbox,
                     "From a Sun Nov 22 12:00:00 2026\nFrom: a@x.example\n\nText\n" + before +
                         line + "\n" + "From: b@x.example\n\nMore\n",
                     {.preferred = "me@x.example"});
            CHECK(messages.size() == (is_separator ? 2 : 1));
        }
    }
}

TEST_CASE("Each message of an mbox is 8bit only if its own text is", "[mailclient]")
{
    mail::MessageReader reader(mail::InputFormat::mbox, {.preferred = "me@x.example"});
    for (const std::string_view line :
         {"From a\n", "\n", "é\n", "\n", "From b Sun Nov 22 12:00:00 2026\n", "\n", "e\n"})
        reader.process(line);
    std::vector<bool> found;
    for (const mail::ParsedMessage& parsed : reader.finish())
        found.push_back(parsed.body.is_8bit);
    CHECK(found == std::vector<bool>{true, false});
}

TEST_CASE("Lines are the same wherever the pieces are split", "[mailclient]")
{
    const Scratch scratch;
    const std::string text = "\na\r\n" + std::string(70000, 'x') + "\n" + std::string(65535, 'y') +
                             "\n\n" + std::string(200000, 'z');
    std::vector<std::size_t> sizes;
    std::string all;
    mail::read_lines(scratch.write("text", text).string(), [&](std::string_view line) {
        sizes.push_back(line.size());
        all += line;
    });
    CHECK((all == text)); // too long to print
    REQUIRE(sizes.size() >= 6);
    CHECK(sizes[0] == 1);
    CHECK(sizes[1] == 3);
    CHECK(*std::max_element(sizes.begin(), sizes.end()) < 3 * 65536);
}

TEST_CASE("Any range of a spool can be read, from the file and from memory", "[mailclient]")
{
    mail::Spool spool;
    std::string all;
    for (int i = 0; i < 50000; ++i) {
        const std::string line = "line " + std::to_string(i) + std::string(80, '.') + "\r\n";
        spool.write(line);
        all += line;
    }
    CHECK(spool.size() == all.size());
    const auto megabyte = std::size_t{1} << 20;
    for (const std::size_t begin : {std::size_t{0}, megabyte - 10, 4 * megabyte, all.size()})
        for (const std::size_t end : {begin, begin + 20, megabyte + 100, all.size()}) {
            if (end < begin || end > all.size()) continue;
            CAPTURE(begin, end);
            std::string part;
            spool.copy(begin, end, [&](std::string_view piece) { part += piece; });
            CHECK((part == all.substr(begin, end - begin)));
        }
}

TEST_CASE("A date has its zone, a Message-ID its domain", "[mailclient]")
{
    CHECK_THAT(mail::date_text(1795348800),
               Matches("[A-Z][a-z]{2}, [0-9]{2} Nov 2026 [0-9:]{8} [+-][0-9]{4}"));
    CHECK_THAT(mail::message_id("example.org"), Matches("<[0-9]+\\.[0-9a-f]{20}@example\\.org>"));
    CHECK(mail::message_id("example.org") != mail::message_id("example.org"));
    CHECK_THAT(mail::message_id("ä.example"), Contains("@mailclient.invalid>"));
}

TEST_CASE("A Message-ID may have its brackets or not", "[mailclient]")
{
    CHECK(mail::parse_message_id("1.2@example.org") == "<1.2@example.org>");
    CHECK(mail::parse_message_id(" <1.2@[192.0.2.1]>\t") == "<1.2@[192.0.2.1]>");
    for (const std::string text : {"", "<>", "a", "@b", "<a@>", "<a@b", "a@b>", "a b@c",
                                   "<a@b> <c@d>", "a@b\r\nX: y", "ä@b", "a@b\x7f"})
        CHECK_THROWS_AS(mail::parse_message_id(text), mail::Failure);
    CHECK_THROWS_AS(mail::parse_message_id("a@" + std::string(979, 'b')), mail::Failure);
}

TEST_CASE("A composed message has the fields of a reply and those of the user", "[mailclient]")
{
    const mail::Message message =
        mail::compose({.from = {"", "ada", "x.example"},
                       .to = {{"", "bob", "x.example"}},
                       .reply_to = {{"Team", "team", "x.example"}, {"", "eve", "x.example"}},
                       .in_reply_to = "<1@x.example>",
                       .headers = {"X-One: 1", "X-Two: 2"},
                       .date = "today",
                       .message_id = "<2@x.example>"},
                      {});
    std::string text;
    message.write([&](std::string_view piece) { text += piece; });
    CHECK_THAT(text, StartsWith("Date: today\r\nFrom: ada@x.example\r\nTo: bob@x.example\r\n"
                                "Reply-To: Team <team@x.example>, eve@x.example\r\n"
                                "Message-ID: <2@x.example>\r\nIn-Reply-To: <1@x.example>\r\n"
                                "References: <1@x.example>\r\nX-One: 1\r\nX-Two: 2\r\n"
                                "MIME-Version: 1.0\r\n"));
}
