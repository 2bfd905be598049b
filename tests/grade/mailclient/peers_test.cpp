// Delivery through real servers, Postfix and Exim, checked with Python's email package.
#include "catch.h"

#include <functional>

#include "tests/grade/peers/mail.h"
#include "tests/grade/peers/mail_peers.h"
#include "tests/grade/peers/tls_origin.h"

using grade::mailclient;
using grade::MailPeer;

namespace {

/// Dots, long lines, bytes above 127.
const std::string odd_text = ".\n..\n.dot\nFrom here\n" + std::string(2000, 'x') +
                             "\nblank at the end \n\tGrüße, 日本語, 𝄞\n\n\nend\n";

std::string binary(std::size_t size)
{
    std::string bytes;
    unsigned state = 1;
    while (bytes.size() < size) {
        state = state * 1103515245 + 12345;
        bytes += static_cast<char>(state >> 16);
    }
    return bytes;
}

grade::Outcome send_through(const MailPeer& peer, std::vector<std::string> more,
                            const std::string& input = "")
{
    more.insert(more.begin(), {"--server", peer.submission(), "--ca", peer.ca(), "-f",
                               "Ada Lovelace <ada@x.example>"});
    return mailclient(more, input, "MAILCLIENT_PASSWORD=s3cret");
}

void check_texts_and_attachments(MailPeer& peer)
{
    const grade::ScratchFolder folder;
    const std::string bytes = binary(300'001);
    const auto file = folder.write("Zürich \"1\"; x=y.bin", bytes).string();
    const auto text_file = folder.write(std::string(150, 'n') + ".txt", "one\n.\r\ntwo").string();
    const auto html = folder.write("a.html", "<p>Grüße</p>\n").string();
    const std::string subject = "Grüße aus 東京: a rather long subject, so that it must be folded "
                                "and come back  unfolded";
    const auto outcome =
        send_through(peer,
                     {"-s", subject, "--html", html, "-a", file, "-a", text_file, "--to",
                      "Jürgen \"J.\" <bob@x.example>", "Lovelace, <eve@x.example>"},
                     odd_text);
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 65); // an empty address after the comma
    const auto sent = send_through(peer,
                                   {"-s", subject, "--html", html, "-a", file, "-a", text_file,
                                    "--to", "\"Jürgen J.\" <bob@x.example>"},
                                   odd_text);
    CAPTURE(sent.err);
    REQUIRE(sent.status == 0);
    const auto read = grade::read_by_python(peer.next_delivery());
    CHECK(read.subject == subject);
    CHECK(read.from == "Ada Lovelace <ada@x.example>");
    CHECK(read.to == "\"Jürgen J.\" <bob@x.example>");
    CHECK(read.defects.empty());
    REQUIRE(read.parts.size() == 4);
    CHECK(read.parts[0].type == "text/plain");
    std::string text = read.parts[0].content;
    std::erase(text, '\r'); // a Maildir has LF, quoted-printable CR LF
    CHECK(text == odd_text);
    CHECK(read.parts[1].type == "text/html");
    CHECK_THAT(read.parts[1].content, Contains("<p>Grüße</p>"));
    CHECK(read.parts[2].file_name == "Zürich \"1\"; x=y.bin");
    CHECK((read.parts[2].content == bytes));
    CHECK(read.parts[3].file_name == std::string(150, 'n') + ".txt");
    CHECK(read.parts[3].content == "one\n.\r\ntwo");
}

void check_whole_messages(MailPeer& peer)
{
    const std::string whole = "From: ada@x.example\nTo: bob@x.example\nSubject: raw\n"
                              "Content-Type: text/plain; charset=utf-8\n"
                              "Content-Transfer-Encoding: 8bit\n\n.\n..\nGrüße\n.end\n";
    REQUIRE(send_through(peer, {"--raw", "bob@x.example"}, whole).status == 0);
    const std::string raw = grade::content_of(peer.next_delivery());
    CHECK_THAT(raw, EndsWith(whole));
    CHECK_THAT(raw, !Contains("Message-Id:", Catch::CaseSensitive::No)); // no field is added

    REQUIRE(send_through(peer, {"-t"}, "Bcc: hidden@x.example\n" + whole).status == 0);
    const std::string first = grade::content_of(peer.next_delivery());
    const auto headers = first.substr(0, first.find("\n\n"));
    CHECK_THAT(headers, Contains("Message-ID: <") && Contains("Date: ") && !Contains("Bcc"));
    peer.next_delivery(); // Postfix and Exim deliver both to one box, in one file or in two
}

void check_logins(MailPeer& peer)
{
    for (const std::string& mechanism : peer.mechanisms())
        for (const std::string& server : {peer.submission(), peer.submissions()}) {
            CAPTURE(mechanism, server);
            const std::vector<std::string> arguments{
                "--server", server,    "--ca",    peer.ca(), "--user",
                "ada",      "--auth",  mechanism, "-f",      "ada@x.example",
                "-s",       mechanism, "-m",      "x",       "bob@x.example"};
            const auto outcome = mailclient(arguments, "", "MAILCLIENT_PASSWORD=s3cret");
            CAPTURE(outcome.err);
            REQUIRE(outcome.status == 0);
            CHECK(grade::read_by_python(peer.next_delivery()).subject == mechanism);
            CHECK(mailclient(arguments, "", "MAILCLIENT_PASSWORD=wrong").status == 77);
        }
}

void check_international_address(MailPeer& peer)
{
    const auto outcome = send_through(peer, {"-m", "x", "jürgen@x.example"});
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
    CHECK(grade::read_by_python(peer.next_delivery()).to == "jürgen@x.example");
}

void check_all(const std::function<std::unique_ptr<MailPeer>()>& start)
{
    if (!grade::has_tls("MAILCLIENT") || !grade::can_run("openssl")) return;
    const auto peer = start();
    if (!peer) return;
    check_texts_and_attachments(*peer);
    check_whole_messages(*peer);
    check_logins(*peer);
    check_international_address(*peer);
}

} // namespace

TEST_CASE("Postfix delivers messages unchanged", "[mailclient][extra][peers][own]")
{
    check_all(grade::start_postfix);
}

TEST_CASE("Exim delivers messages unchanged", "[mailclient][extra][peers][own]")
{
    check_all(grade::start_exim);
}
