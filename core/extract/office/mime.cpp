#include "core/extract/office/mime.h"

#include <utility>

#include "core/base/text.h"
#include "core/extract/lines.h"
#include "core/extract/office/charset.h"
#include "core/extract/office/transfer_encoding.h"

namespace quarry::extract {
namespace {

/// Headers of one part: more are no mail's.
constexpr std::size_t most_headers = 1000;

std::string_view line_text(std::string_view text, const Line& line) {
    return text.substr(line.start, line.end - line.start);
}

bool is_header_name(std::string_view name) {
    if (name.empty()) return false;
    for (const char c : name) {
        if (c <= ' ' || c > '~') return false;
    }
    return true;
}

/// The value up to `stop` outside of quotes; the rest stays in `text`.
std::string_view cut_at(std::string_view& text, char stop) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '\\' && quoted) {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (text[at] == stop && !quoted) {
            break;
        }
    }
    const std::string_view before = text.substr(0, std::min(at, text.size()));
    text.remove_prefix(std::min(at + 1, text.size()));
    return before;
}

std::string unquoted_parameter(std::string_view value) {
    value = trim(value);
    if (!value.starts_with('"')) return std::string(value);
    value.remove_prefix(1);
    if (value.ends_with('"')) value.remove_suffix(1);
    std::string text;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        text += value[at];
    }
    return text;
}

/// RFC 2231: utf-8'en'%e2%82%ac.
std::string extended_value(const std::string& value) {
    const std::size_t charset = value.find('\'');
    const std::size_t language = charset == std::string::npos ? charset : value.find('\'', charset + 1);
    if (language == std::string::npos) return decode_percent(value);
    return charset_to_utf8(decode_percent(std::string_view(value).substr(language + 1)), value.substr(0, charset));
}

/// A delimiter line of a multipart body: 1 divides, 2 ends it, 0 is none.
int delimiter_kind(std::string_view line, std::string_view boundary) {
    if (!line.starts_with("--") || line.substr(2, boundary.size()) != boundary) return 0;
    const std::string_view rest = trim(line.substr(2 + boundary.size()));
    return rest.empty() ? 1 : rest == "--" ? 2 : 0;
}

}  // namespace

MimePart::MimePart(std::string_view message) {
    read_headers(message);
    std::string_view type = raw_header("content-type");
    const std::string name = ascii_lower(trim(cut_at(type, ';')));
    if (name.find('/') != std::string::npos) media_type_ = name;
    parameters_ = read_parameters(type);
    std::string_view disposition = raw_header("content-disposition");
    static_cast<void>(cut_at(disposition, ';'));
    disposition_ = read_parameters(disposition);
}

void MimePart::read_headers(std::string_view message) {
    std::string* last = nullptr;
    std::size_t at = 0;
    while (at < message.size()) {
        const Line line = next_line(message, at);
        const std::string_view text = line_text(message, line);
        if (text.empty()) {
            at = line.next;
            break;
        }
        if ((text[0] == ' ' || text[0] == '\t') && last != nullptr) {
            *last += ' ';
            *last += trim(text);
        } else {
            const std::size_t colon = text.find(':');
            if (colon == std::string_view::npos || !is_header_name(trim(text.substr(0, colon)))) break;
            if (headers_.size() >= most_headers) break;
            const auto [place, is_new] = headers_.try_emplace(ascii_lower(trim(text.substr(0, colon))));
            if (is_new) place->second = trim(text.substr(colon + 1));
            // Of one that is repeated the first counts, and the continuation of another is none of it.
            last = is_new ? &place->second : nullptr;
            if (!is_new) {
                at = line.next;
                while (at < message.size() && (message[at] == ' ' || message[at] == '\t'))
                    at = next_line(message, at).next;
                continue;
            }
        }
        at = line.next;
    }
    body_ = message.substr(at);
}

MimePart::Parameters MimePart::read_parameters(std::string_view value) {
    constexpr int most_pieces = 100;
    Parameters raw;
    while (!value.empty()) {
        std::string_view one = cut_at(value, ';');
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos) continue;
        raw.try_emplace(ascii_lower(trim(one.substr(0, equals))), unquoted_parameter(one.substr(equals + 1)));
    }
    Parameters parameters;
    for (const auto& [name, text] : raw) {
        const std::string base = name.substr(0, name.find('*'));
        if (base == name) {
            parameters.try_emplace(name, decode_mail_header(text));
        } else if (name == base + "*") {
            parameters[base] = extended_value(text);
        } else if (name == base + "*0" || name == base + "*0*") {
            std::string whole;
            for (int piece = 0; piece < most_pieces; ++piece) {
                const std::string numbered = base + "*" + std::to_string(piece);
                const auto plain = raw.find(numbered), encoded = raw.find(numbered + "*");
                if (plain == raw.end() && encoded == raw.end()) break;
                whole += plain != raw.end() ? plain->second : encoded->second;
            }
            parameters[base] = name.ends_with('*') ? extended_value(whole) : whole;
        }
    }
    return parameters;
}

std::string_view MimePart::raw_header(std::string_view name) const {
    const auto found = headers_.find(name);
    return found == headers_.end() ? std::string_view() : std::string_view(found->second);
}

std::string MimePart::header(std::string_view name) const { return decode_mail_header(raw_header(name)); }

std::string MimePart::parameter(std::string_view name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? std::string() : found->second;
}

std::string MimePart::file_name() const {
    const auto found = disposition_.find("filename");
    return replace_invalid_utf8(found == disposition_.end() ? parameter("name") : found->second);
}

bool MimePart::is_attachment() const {
    return ascii_lower(raw_header("content-disposition")).starts_with("attachment") || !file_name().empty();
}

std::vector<MimePart> MimePart::parts(std::size_t most) const {
    std::vector<MimePart> found;
    const std::string boundary = parameter("boundary");
    if (boundary.empty() || !media_type_.starts_with("multipart/")) return found;
    std::size_t start = std::string_view::npos;  // of the part that is open
    for (std::size_t at = 0; at < body_.size() && found.size() < most;) {
        const Line line = next_line(body_, at);
        if (const int kind = delimiter_kind(line_text(body_, line), boundary); kind != 0) {
            if (start != std::string_view::npos) {
                // The line end in front of the delimiter is the delimiter's.
                std::string_view part = body_.substr(start, at - start);
                if (part.ends_with('\n')) part.remove_suffix(1);
                if (part.ends_with('\r')) part.remove_suffix(1);
                found.emplace_back(part);
            }
            start = kind == 2 ? std::string_view::npos : line.next;
            if (kind == 2) return found;
        }
        at = line.next;
    }
    // One that is cut off.
    if (start < body_.size() && found.size() < most) found.emplace_back(body_.substr(start));
    return found;
}

std::string MimePart::body() const {
    const std::string encoding = ascii_lower(trim(raw_header("content-transfer-encoding")));
    if (encoding == "base64") return decode_base64(body_);
    if (encoding == "quoted-printable") return decode_quoted_printable(body_);
    return std::string(body_);
}

std::string MimePart::text() const { return charset_to_utf8(body(), parameter("charset")); }

}  // namespace quarry::extract
