#include "common/text/media_type.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"

namespace net {
namespace {

struct Row {
    std::string_view type;
    std::string_view extensions; // between single blanks
};

// The IANA registry's types where there are any, else those that browsers know.
constexpr auto table = std::to_array<Row>({
    {"application/atom+xml", "atom"},
    {"application/dash+xml", "mpd"},
    {"application/epub+zip", "epub"},
    {"application/geo+json", "geojson"},
    {"application/gpx+xml", "gpx"},
    {"application/gzip", "gz tgz"},
    {"application/java-archive", "jar"},
    {"application/java-vm", "class"},
    {"application/json", "json map"},
    {"application/json5", "json5"},
    {"application/jsonl", "jsonl"},
    {"application/ld+json", "jsonld"},
    {"application/manifest+json", "webmanifest"},
    {"application/metalink+xml", "metalink"},
    {"application/metalink4+xml", "meta4"},
    {"application/msword", "doc"},
    {"application/ogg", "ogx"},
    {"application/pdf", "pdf"},
    {"application/pgp-signature", "sig"},
    {"application/pkix-cert", "cer"},
    {"application/postscript", "ai eps ps"},
    {"application/rss+xml", "rss"},
    {"application/rtf", "rtf"},
    {"application/sql", "sql"},
    {"application/toml", "toml"},
    {"application/vnd.adobe.flash.movie", "swf"},
    {"application/vnd.amazon.ebook", "azw3"},
    {"application/vnd.android.package-archive", "apk"},
    {"application/vnd.apache.parquet", "parquet"},
    {"application/vnd.apple.mpegurl", "m3u m3u8"},
    {"application/vnd.comicbook+zip", "cbz"},
    {"application/vnd.debian.binary-package", "deb"},
    {"application/vnd.efi.iso", "iso"},
    {"application/vnd.google-earth.kml+xml", "kml"},
    {"application/vnd.google-earth.kmz", "kmz"},
    {"application/vnd.microsoft.portable-executable", "dll exe"},
    {"application/vnd.ms-excel", "xls"},
    {"application/vnd.ms-fontobject", "eot"},
    {"application/vnd.ms-powerpoint", "ppt"},
    {"application/vnd.oasis.opendocument.graphics", "odg"},
    {"application/vnd.oasis.opendocument.presentation", "odp"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
    {"application/vnd.oasis.opendocument.text", "odt"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.template", "dotx"},
    {"application/vnd.rar", "rar"},
    {"application/vnd.sqlite3", "sqlite"},
    {"application/vnd.tcpdump.pcap", "pcap"},
    {"application/wasm", "wasm"},
    {"application/x-7z-compressed", "7z"},
    {"application/x-apple-diskimage", "dmg"},
    {"application/x-bittorrent", "torrent"},
    {"application/x-bzip", "bz"},
    {"application/x-bzip2", "bz2 tbz2"},
    {"application/x-chrome-extension", "crx"},
    {"application/x-cpio", "cpio"},
    {"application/x-ipynb+json", "ipynb"},
    {"application/x-lz4", "lz4"},
    {"application/x-lzip", "lz"},
    {"application/x-lzma", "lzma"},
    {"application/x-mobipocket-ebook", "mobi"},
    {"application/x-msi", "msi"},
    {"application/x-ndjson", "ndjson"},
    {"application/x-pcapng", "pcapng"},
    {"application/x-pem-file", "pem"},
    {"application/x-rpm", "rpm"},
    {"application/x-tar", "tar"},
    {"application/x-x509-ca-cert", "crt der"},
    {"application/x-xpinstall", "xpi"},
    {"application/x-xz", "txz xz"},
    {"application/x-zsync", "zsync"},
    {"application/xhtml+xml", "xht xhtml"},
    {"application/xml", "plist xml xsd xsl"},
    {"application/xml-dtd", "dtd"},
    {"application/xslt+xml", "xslt"},
    {"application/yaml", "yaml yml"},
    {"application/zip", "vsix whl zip"},
    {"application/zstd", "zst"},
    {"audio/AMR", "amr"},
    {"audio/aac", "aac"},
    {"audio/aiff", "aif aiff"},
    {"audio/flac", "flac"},
    {"audio/matroska", "mka"},
    {"audio/midi", "mid midi"},
    {"audio/mp4", "m4a m4b"},
    {"audio/mpeg", "mp3"},
    {"audio/ogg", "oga ogg opus"},
    {"audio/wav", "wav"},
    {"audio/webm", "weba"},
    {"audio/x-caf", "caf"},
    {"audio/x-ms-wma", "wma"},
    {"font/collection", "ttc"},
    {"font/otf", "otf"},
    {"font/ttf", "ttf"},
    {"font/woff", "woff"},
    {"font/woff2", "woff2"},
    {"image/apng", "apng"},
    {"image/avif", "avif"},
    {"image/bmp", "bmp"},
    {"image/gif", "gif"},
    {"image/heic", "heic"},
    {"image/heif", "heif"},
    {"image/jpeg", "jfif jpe jpeg jpg pjp pjpeg"},
    {"image/jxl", "jxl"},
    {"image/png", "png"},
    {"image/svg+xml", "svg svgz"},
    {"image/tiff", "tif tiff"},
    {"image/vnd.adobe.photoshop", "psd"},
    {"image/vnd.djvu", "djvu"},
    {"image/vnd.dxf", "dxf"},
    {"image/vnd.microsoft.icon", "cur ico"},
    {"image/webp", "webp"},
    {"image/x-portable-bitmap", "pbm"},
    {"image/x-portable-graymap", "pgm"},
    {"image/x-portable-pixmap", "ppm"},
    {"image/x-tga", "tga"},
    {"image/x-xbitmap", "xbm"},
    {"image/x-xpixmap", "xpm"},
    {"message/rfc822", "eml"},
    {"model/3mf", "3mf"},
    {"model/gltf+json", "gltf"},
    {"model/gltf-binary", "glb"},
    {"model/mtl", "mtl"},
    {"model/obj", "obj"},
    {"model/ply", "ply"},
    {"model/step", "step"},
    {"model/stl", "stl"},
    {"model/vnd.usdz+zip", "usdz"},
    {"multipart/related", "mhtml"},
    {"text/cache-manifest", "appcache"},
    {"text/calendar", "ics"},
    {"text/css", "css"},
    {"text/csv", "csv"},
    {"text/html", "htm html shtml"},
    {"text/javascript", "cjs js jsx mjs"},
    {"text/markdown", "markdown md"},
    {"text/plain", "asc asm ass awk bash bat bib c cc cfg cmake conf cpp cs csh cxx dart el erl "
                   "ex f90 fish gemspec go gradle groovy h hh hpp hs hxx ini ino java jl kt less "
                   "lock log lrc lua md5 mk ml nim php pl po properties proto ps1 py py3 pyi r "
                   "rb rkt rs rst sass scala scm scss sed sh sha256 sha512 srt swift tcl text tf "
                   "txt vb vhd zig zsh"},
    {"text/tab-separated-values", "tsv"},
    {"text/vcard", "vcf"},
    {"text/vtt", "vtt"},
    {"text/x-diff", "diff patch"},
    {"text/x-opml", "opml"},
    {"text/x-tex", "tex"},
    {"video/3gpp", "3gp"},
    {"video/3gpp2", "3g2"},
    {"video/matroska", "mkv"},
    {"video/mp2t", "m2ts ts"},
    {"video/mp4", "f4v m4v mp4"},
    {"video/mpeg", "mpe mpeg mpg"},
    {"video/ogg", "ogv"},
    {"video/quicktime", "mov"},
    {"video/webm", "webm"},
    {"video/x-flv", "flv"},
    {"video/x-ms-wmv", "wmv"},
    {"video/x-msvideo", "avi"},
});

bool has_word(std::string_view words, std::string_view word)
{
    for (auto at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
            return true;
    }
    return false;
}

} // namespace

std::string_view media_type(std::string_view file_name)
{
    const auto dot = file_name.find_last_of("./");
    if (dot == std::string_view::npos || file_name[dot] == '/') return unknown_media_type;

    const std::string extension = to_lower(file_name.substr(dot + 1));
    if (extension.empty() || contains(extension, ' ')) return unknown_media_type;
    const auto* row = std::ranges::find_if(
        table, [&extension](const Row& each) { return has_word(each.extensions, extension); });
    return row != table.end() ? row->type : unknown_media_type;
}

} // namespace net
