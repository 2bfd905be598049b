#include "common/text/media_type.h"

#include "catch.h"

using net::media_type;

TEST_CASE("A file's type follows from its extension", "[common][media_type]")
{
    struct Row {
        std::string_view name, type;
    };
    for (const auto& [name, type] : {
             Row{"index.html", "text/html"},
             {"folder/page.htm", "text/html"},
             {"style.css", "text/css"},
             {"script.js", "text/javascript"}, // RFC 9239
             {"module.mjs", "text/javascript"},
             {"notes.txt", "text/plain"},
             {"data.json", "application/json"},
             {"a.svg", "image/svg+xml"},
             {"a.png", "image/png"},
             {"a.jpg", "image/jpeg"},
             {"a.jpeg", "image/jpeg"},
             {"a.gif", "image/gif"},
             {"favicon.ico", "image/vnd.microsoft.icon"},
             {"a.mp4", "video/mp4"},
             {"a.webm", "video/webm"},
             {"a.mp3", "audio/mpeg"},
             {"a.woff2", "font/woff2"},
             {"a.wasm", "application/wasm"},
             {"lab.pdf", "application/pdf"},
             {"a.zip", "application/zip"},
             {"a.mpd", "application/dash+xml"},
             {"a.tsv", "text/tab-separated-values"},  // a class's data,
             {"a.ipynb", "application/x-ipynb+json"}, // notebooks
             {"a.rs", "text/plain"},                  // and sources
             {"a.mpg", "video/mpeg"},
             {"a.3gp", "video/3gpp"},
             {"a.m4b", "audio/mp4"},
             {"a.jfif", "image/jpeg"},
             {"a.svgz", "image/svg+xml"},
             {"a.xsl", "application/xml"}, // as browsers take a style sheet
             {"a.xht", "application/xhtml+xml"},
             {"a.cjs", "text/javascript"},
             {"a.markdown", "text/markdown"},
             {"a.wmv", "video/x-ms-wmv"},
             {"A.HTML", "text/html"}, // as cameras and Windows write them
             {"a.JPeG", "image/jpeg"},
             {"a.tar.gz", "application/gzip"}, // the last extension is used
             {"a.html.png", "image/png"},
             {"a b \xc3\xa4.txt", "text/plain"},
             {"a.7z", "application/x-7z-compressed"}, // the table's first and last
             {"a.zst", "application/zstd"},
         }) {
        CAPTURE(name);
        CHECK(media_type(name) == type);
    }
}

TEST_CASE("A file without a known extension is application/octet-stream", "[common][media_type]")
{
    for (const std::string_view name :
         {"", ".", "README", "html", "folder/html", "a.", "a.html.", "a.html~", "a.htmlx",
          "a.htm l", "a.0", "a.zzz", "folder.html/README", "folder.html/", "a.html/b", "a.\xff"}) {
        CAPTURE(name);
        CHECK(media_type(name) == "application/octet-stream");
    }
}
