#include "core/extract/sniff.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/extract/lines.h"

namespace quarry::extract {
namespace {

bool begins_with(std::string_view text, std::string_view lower) {
    return text.size() >= lower.size() && std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
           });
}

/// A ZIP archive's kind is named by its first entry, where a producer keeps to the rules.
std::string_view sniff_zip(std::string_view bytes) {
    if (bytes.size() < 38) return {};
    const std::string_view rest = bytes.substr(30);
    constexpr std::string_view mimetype = "mimetype";
    if (rest.starts_with(mimetype)) {
        const std::string_view type = rest.substr(mimetype.size());
        if (type.starts_with("application/epub+zip")) return "application/epub+zip";
        if (type.starts_with("application/vnd.oasis.opendocument.text")) {
            return "application/vnd.oasis.opendocument.text";
        }
        if (type.starts_with("application/vnd.oasis.opendocument.spreadsheet")) {
            return "application/vnd.oasis.opendocument.spreadsheet";
        }
        if (type.starts_with("application/vnd.oasis.opendocument.presentation")) {
            return "application/vnd.oasis.opendocument.presentation";
        }
    }
    if (bytes.find("word/") != std::string_view::npos) {
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    }
    if (bytes.find("xl/") != std::string_view::npos) {
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    }
    if (bytes.find("ppt/") != std::string_view::npos) {
        return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    }
    return {};
}

/// Two fields of a mail's header at least, one of them From, To, Date or Message-ID.
bool is_mail(std::string_view text) {
    bool telling = false;
    int fields = 0;
    for (Line line = next_line(text, 0); line.start < text.size(); line = next_line(text, line.next)) {
        const std::string_view content = text.substr(line.start, line.end - line.start);
        if (content.empty()) break;
        if (content.front() == ' ' || content.front() == '\t') continue;
        const std::size_t colon = content.find(':');
        if (colon == std::string_view::npos || colon == 0) return false;
        if (content.substr(0, colon).find_first_of(" \t") != std::string_view::npos) return false;
        for (const std::string_view name : {"from:", "to:", "date:", "message-id:", "received:", "return-path:"}) {
            telling = telling || begins_with(content, name);
        }
        ++fields;
    }
    return telling && fields >= 3;
}

std::string_view sniff_json(std::string_view text) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", 1);
    if (next == std::string_view::npos) return {};
    if (text.front() == '[') {
        // "[section]" begins a file of settings, "[[" and "[1]" little that is sure.
        return text[next] == '{' || text[next] == '"' ? "application/json" : "";
    }
    if (text[next] != '"' && text[next] != '}') return {};
    const Line first = next_line(text, 0);
    const std::string_view line = trim(text.substr(0, first.end));
    const std::string_view rest = trim(text.substr(first.next));
    if (line.ends_with('}') && rest.starts_with('{')) return "application/jsonl";
    return "application/json";
}

}  // namespace

std::string_view sniff_media_type(std::string_view first_bytes) noexcept {
    if (first_bytes.starts_with("%PDF-")) return "application/pdf";
    if (first_bytes.starts_with("PK\x03\x04")) return sniff_zip(first_bytes);
    if (first_bytes.starts_with("{\\rtf")) return "application/rtf";
    std::string_view text = first_bytes;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with("From ")) return is_mail(text.substr(next_line(text, 0).next)) ? "application/mbox" : "";
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty()) return {};
    if (begins_with(text, "<!doctype html") || begins_with(text, "<html")) return "text/html";
    if (begins_with(text, "<?xml")) {
        return text.find("<html") != std::string_view::npos ? "text/html" : "application/xml";
    }
    if (text.starts_with("WEBVTT")) return "text/vtt";
    if (text.front() == '{' || text.front() == '[') return sniff_json(text);
    if (text.starts_with(".TH ") || text.starts_with(".Dd ") || text.starts_with(".\\\" ")) return "text/troff";
    if (text.starts_with("\\documentclass") || text.starts_with("\\documentstyle")) return "application/x-tex";
    return is_mail(text) ? "message/rfc822" : "";
}

}  // namespace quarry::extract
